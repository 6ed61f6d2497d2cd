/** The SQL gate: everything that is known about the text of a statement before SQLite sees it. */
export { analyze, forbiddenIn, type Analysis } from "./analyze.ts";
export { bindArguments, type BoundArguments, type NamedArgument } from "./arguments.ts";
export { hazard, isHazardous } from "./hazards.ts";
export { foldCase, quoteName } from "./names.ts";
export type { RefusalCode } from "./refusal.ts";
export { returningItems, type ReturningItem } from "./returning.ts";
export { splitStatements, type StatementRange } from "./split.ts";
export { dependsOnData, isPlainRead, mayWrite } from "./statement.ts";
export type { Statement, StatementKind, Verb } from "./statement.ts";
export { tokenize } from "./scanner.ts";
export { readShape } from "./read-shape.ts";
export { TokenType, type Token } from "./tokens.ts";

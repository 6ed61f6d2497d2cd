/** The SQL gate: everything that is known about the text of a statement before SQLite sees it. */
export { analyze, forbiddenIn } from "./analyze.ts";
export { bindArguments, type NamedArgument } from "./arguments.ts";
export { hazard, isHazardous } from "./hazards.ts";
export { foldCase, quoteName } from "./names.ts";
export { returningItems } from "./returning.ts";
export { splitStatements } from "./split.ts";
export { dependsOnData, isPlainRead, mayWrite } from "./statement.ts";
export type { AnalyzedStatement } from "./statement.ts";
export { tokenize } from "./scanner.ts";
export { readShape } from "./read-shape.ts";
export { TokenType } from "./tokens.ts";

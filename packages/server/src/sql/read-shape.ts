import { canName, nameIn } from "./names.ts";
import { tokenize } from "./scanner.ts";
import { TokenType } from "./tokens.ts";

const compounds = new Set(["union", "intersect", "except"]);

/** What of a read's text matters when it becomes part of another one. */
export interface ReadShape {
  /** It, or a part of it, has the rows of several reads. */
  readonly hasCompound: boolean;
  /** Of how many reads its own rows are. */
  readonly parts: number;
  /** A part of it has a limit of its own. */
  readonly hasInnerLimit: boolean;
  /** Where the order or the limit of all of it begins, or else its end. */
  readonly bodyEnd: number;
  /** Every word, quoted name and string of it, without quotes, case folded. */
  readonly names: ReadonlySet<string>;
}

/**
 * Reads the text of one statement that only reads.
 *
 * @param sql the statement, without anything behind it
 */
export function readShape(sql: string): ReadShape {
  const names = new Set<string>();
  let hasCompound = false;
  let parts = 1;
  let hasInnerLimit = false;
  let bodyEnd = sql.length;
  let depth = 0;
  for (const { type, start, end } of tokenize(sql)) {
    if (type === TokenType.leftParen) depth += 1;
    if (type === TokenType.rightParen) depth -= 1;
    if (!canName(type)) continue;
    const name = nameIn(type, sql.slice(start, end));
    names.add(name);
    if (type !== TokenType.word) continue;
    if (compounds.has(name)) {
      hasCompound = true;
      if (depth === 0) parts += 1;
    }
    if (name === "limit" && depth > 0) hasInnerLimit = true;
    if ((name === "limit" || name === "order") && depth === 0) bodyEnd = Math.min(bodyEnd, start);
  }
  return { hasCompound, parts, hasInnerLimit, bodyEnd, names };
}

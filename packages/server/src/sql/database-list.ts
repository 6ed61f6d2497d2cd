import { foldCase, nameIn } from "./names.ts";
import { TablePositions } from "./position.ts";
import { Scanner } from "./scanner.ts";
import { TokenType, type Token } from "./tokens.ts";
import { words } from "./words.ts";

/** `PRAGMA database_list` as a table. Its rows show where on the host the file lies. */
export const databaseListTable = "pragma_database_list";

/** What a tenant may know of it, as of a database without a file. */
const rows = "(SELECT 0 AS seq, 'main' AS name, '' AS file)";
// Any other word behind a table is its alias.
const behindTable = new Set(
  words(`
    where group having order limit window union intersect except join left right full inner outer
    cross natural on using indexed not
  `),
);

/**
 * Puts what tenants may know of their connection's databases in the place of that table. Tools read
 * it to learn what schemas there are.
 *
 * @param sql a statement that only reads
 * @returns the text to run, in which the table is no longer named; undefined where it is named as
 *   anything but a table without arguments in a FROM clause, or a qualifier of its columns
 */
export function withoutDatabaseList(sql: string): string | undefined {
  const tokens = significantTokens(sql);
  const positions = new TablePositions(sql);
  let text = "";
  let copied = 0;
  for (const [index, token] of tokens.entries()) {
    if (nameOf(sql, token) !== databaseListTable) continue;
    const before = tokens[index - 1];
    if (before?.type === TokenType.dot) return undefined;
    if (tokens[index + 1]?.type === TokenType.dot) continue;
    const isInFrom = positions.isTable(token.start) && nameOf(sql, before) !== "in";
    const last = isInFrom ? endOfTable(tokens, index) : undefined;
    if (last === undefined) return undefined;
    const end = tokens[last]?.end ?? sql.length;
    const alias = isAlias(sql, tokens[last + 1]) ? "" : ` AS ${databaseListTable}`;
    text += sql.slice(copied, token.start) + rows + alias;
    copied = end;
  }
  return text + sql.slice(copied);
}

/** The place of the last token of the table, parentheses included; undefined where it has arguments. */
function endOfTable(tokens: readonly Token[], index: number): number | undefined {
  if (tokens[index + 1]?.type !== TokenType.leftParen) return index;
  return tokens[index + 2]?.type === TokenType.rightParen ? index + 2 : undefined;
}

/** Whether a token behind a table gives that another name, or begins to. */
function isAlias(sql: string, token: Token | undefined): boolean {
  if (token?.type === TokenType.quoted || token?.type === TokenType.string) return true;
  return (
    token?.type === TokenType.word && !behindTable.has(foldCase(sql.slice(token.start, token.end)))
  );
}

function nameOf(sql: string, token: Token | undefined): string {
  if (token?.type !== TokenType.word && token?.type !== TokenType.quoted) return "";
  return nameIn(token.type, sql.slice(token.start, token.end));
}

function significantTokens(sql: string): Token[] {
  const scanner = new Scanner(sql);
  const tokens: Token[] = [];
  while (scanner.nextSignificant() !== TokenType.end) {
    const { type, start, end } = scanner;
    tokens.push({ type, start, end });
  }
  return tokens;
}

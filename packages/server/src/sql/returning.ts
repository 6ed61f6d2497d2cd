import { words } from "./words.ts";
import { foldCase } from "./names.ts";
import { Scanner } from "./scanner.ts";
import { TokenType } from "./tokens.ts";

/** One item of a RETURNING clause: the text of its expression, without the name that it is given. */
export type ReturningItem =
  | { readonly kind: "star" }
  | { readonly kind: "expression"; readonly sql: string };

interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  readonly word: string;
}

// Behind a word that is one of these, a name is part of the expression.
const joining = new Set(
  words(
    "collate is not and or like glob regexp match in between escape from distinct case when then else",
  ),
);
// These of them are names as well, where they have nothing in front of them.
const matching = new Set(words("like glob regexp match"));
// These end an expression, and name nothing; `end` may, where there is no `case`.
const ending = new Set(words("end null isnull notnull"));

/**
 * Takes a statement apart that returns what it changed.
 *
 * @param sql the text of one statement, without anything behind it
 * @returns what stands before its items, and those; undefined where it has no RETURNING clause
 */
export function returningItems(
  sql: string,
): { readonly head: string; readonly items: readonly ReturningItem[] } | undefined {
  const scanner = new Scanner(sql);
  let depth = 0;
  let head = 0;
  let items: Token[][] = [];
  for (
    let type = scanner.nextSignificant();
    type !== TokenType.end;
    type = scanner.nextSignificant()
  ) {
    if (type === TokenType.leftParen) depth += 1;
    if (type === TokenType.rightParen) depth -= 1;
    const word = type === TokenType.word ? foldCase(scanner.text()) : "";
    if (depth === 0 && word === "returning") {
      // The clause is the last of its statement, so what looks like it before is a name.
      head = scanner.end;
      items = [[]];
    } else if (depth === 0 && type === TokenType.comma && head > 0) {
      items.push([]);
    } else {
      items.at(-1)?.push({ type, start: scanner.start, end: scanner.end, word });
    }
  }
  if (head === 0) return undefined;
  return { head: sql.slice(0, head), items: items.map((tokens) => readItem(sql, tokens)) };
}

function readItem(sql: string, tokens: readonly Token[]): ReturningItem {
  const [first] = tokens;
  const last = tokens.at(-1 - nameLength(tokens));
  if (first === undefined || last === undefined) return { kind: "expression", sql: "" };
  const text = sql.slice(first.start, last.end);
  return text === "*" ? { kind: "star" } : { kind: "expression", sql: text };
}

/** How many tokens at its end give an item its name. */
function nameLength(tokens: readonly Token[]): number {
  const last = tokens.at(-1);
  const before = tokens.at(-2);
  if (last === undefined || before === undefined || tokens.length < 2) return 0;
  if (before.word === "as") return 2;
  const isEnding =
    last.word === "end" ? count(tokens, "case") >= count(tokens, "end") : ending.has(last.word);
  const isName =
    (last.type === TokenType.word && !isEnding) ||
    last.type === TokenType.quoted ||
    last.type === TokenType.string;
  const isColumn = tokens.length === 2 && matching.has(before.word);
  return isName && (isColumn || endsOperand(before)) ? 1 : 0;
}

function count(tokens: readonly Token[], word: string): number {
  return tokens.filter((token) => token.word === word).length;
}

/** Says whether what follows a token cannot go on with its expression, unless it is an operator. */
function endsOperand({ type, word }: Token): boolean {
  switch (type) {
    case TokenType.word:
      return !joining.has(word);
    case TokenType.quoted:
    case TokenType.string:
    case TokenType.blob:
    case TokenType.number:
    case TokenType.parameter:
    case TokenType.rightParen:
      return true;
    default:
      return false;
  }
}

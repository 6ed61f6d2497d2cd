import fc from "fast-check";
import { expect, test } from "vitest";
import { tokenize, TokenType } from "../../src/sql/index.ts";
import type { Token } from "../../src/sql/tokens.ts";
import { Sqlite } from "./sqlite.ts";

const typeNames = new Map<number, string>(
  Object.entries(TokenType).map(([name, type]) => [type, name]),
);
const isSignificant = ({ type }: Token): boolean =>
  type !== TokenType.space && type !== TokenType.comment;
const describeTokens = (sql: string): string =>
  tokenize(sql)
    .filter(isSignificant)
    .map(({ type, start, end }) => `${typeNames.get(type) ?? ""} ${sql.slice(start, end)}`)
    .join(" · ");

test.each([
  ["SELECT a1_$é", "word SELECT · word a1_$é"],
  ["'it''s' '' 'a\nb'", "string 'it''s' · string '' · string 'a\nb'"],
  ['"a""b" `c``d` [e f]', 'quoted "a""b" · quoted `c``d` · quoted [e f]'],
  ["[a]]b]", "quoted [a] · illegal ] · word b · illegal ]"],
  [
    "x'00ff' X'' x'0' x'zz' x '00'",
    "blob x'00ff' · blob X'' · illegal x'0' · illegal x'zz' · word x · string '00'",
  ],
  [
    "1 1.5 .5 1. 1e5 1e-5 0x1F",
    "number 1 · number 1.5 · number .5 · number 1. · number 1e5 · number 1e-5 · number 0x1F",
  ],
  ["1e 1_000 1$ 0x 1.x", "illegal 1e · illegal 1_000 · illegal 1$ · illegal 0x · illegal 1.x"],
  ["0x1g", "number 0x1 · word g"],
  ["1.5.5 e5", "number 1.5 · number .5 · word e5"],
  [
    "? ?12 :a @b $c #d",
    "parameter ? · parameter ?12 · parameter :a · parameter @b · parameter $c · parameter #d",
  ],
  [
    "$a::b $::a :a(;) $a(b c)",
    "parameter $a::b · parameter $::a · parameter :a(;) · illegal $a(b · word c · rightParen )",
  ],
  [": :: $ @(", "illegal : · illegal : · illegal : · illegal $ · illegal @ · leftParen ("],
  [
    "a->b->>c||d<>e!=f==g<<h>>i",
    "word a · operator -> · word b · operator ->> · word c · operator || · word d · operator <> · word e · operator != · word f · operator == · word g · operator << · word h · operator >> · word i",
  ],
  [
    "a.b,(c);*",
    "word a · dot . · word b · comma , · leftParen ( · word c · rightParen ) · semicolon ; · operator *",
  ],
  ["a--b\nc/*d*/e/*f", "word a · word c · word e"],
  ["/*/ a */b", "word b"],
  ["a /*", "word a · operator / · operator *"],
  ["a /**", "word a"],
  ["'open", "illegal 'open"],
  ['"open', 'illegal "open'],
  ["[open", "illegal [open"],
  ["x'00", "illegal x'00"],
  ["\uFEFFa\uFEFFb", "word a\uFEFFb"],
  ["a \v b", "word a · word b"],
  ["a\vb", "word a · illegal \v · word b"],
  ["\u00a0a", "word \u00a0a"],
  [
    "a\0b ^ ! \\ {",
    "word a · illegal \0 · word b · illegal ^ · illegal ! · illegal \\ · illegal {",
  ],
])("%j has the tokens %j", (sql, expected) => {
  expect(describeTokens(sql)).toBe(expected);
});

const fragment = fc.oneof(
  fc.constantFrom(
    ..." \t\n\f\r\v'\"`[]()-*/+<>=!|&~%,.;?:@$#_xX019eEaé中\uFEFF\\^{\u0001\u007f\u0080".split(""),
  ),
  fc.constantFrom(
    "\u{1F600}",
    "'a''b'",
    "--",
    "/*",
    "*/",
    "x'00'",
    "x'0'",
    "0x1F",
    "0x",
    "1e5",
    "1.5",
    ".5",
  ),
  fc.constantFrom(
    "::",
    "?1",
    "$a(b)",
    ":a::b",
    "->>",
    "<>",
    "!=",
    "[a b]",
    '"q""q"',
    "`q``q`",
    "select",
    "end",
    "1$",
  ),
);
const soup = fc.array(fragment, { minLength: 1, maxLength: 10 }).map((parts) => parts.join(""));

test("the tokens of any text cover it without gaps", () => {
  fc.assert(
    fc.property(soup, (sql) => {
      const tokens = tokenize(sql);
      expect(tokens.map(({ start, end }) => sql.slice(start, end)).join("")).toBe(sql);
      expect(tokens.every(({ start, end }) => end > start)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("SQLite sees the same tokens in any text", () => {
  const sqlite = new Sqlite();
  // After the name of a transaction only a semicolon may follow, so SQLite names the first token of the rest.
  const firstToken = (sql: string): string | null =>
    sqlite.complaint(`COMMIT TRANSACTION x/**/${sql}`);
  const expected = (sql: string, { type, start, end }: Token): string | null => {
    const text = sql.slice(start, end);
    if (type === TokenType.semicolon) return null;
    return type === TokenType.illegal
      ? `unrecognized token: "${text}"`
      : `near "${text}": syntax error`;
  };
  fc.assert(
    fc.property(soup, (sql) => {
      for (const token of tokenize(sql).filter(isSignificant)) {
        expect(firstToken(sql.slice(token.start))).toBe(expected(sql, token));
      }
    }),
    { numRuns: 3_000 },
  );
});

/** What a token is. `word` is a keyword or a bare identifier: SQLite itself decides between the two by context. */
export const TokenType = {
  end: 0,
  space: 1,
  comment: 2,
  word: 3,
  quoted: 4,
  string: 5,
  blob: 6,
  number: 7,
  parameter: 8,
  semicolon: 9,
  leftParen: 10,
  rightParen: 11,
  comma: 12,
  dot: 13,
  operator: 14,
  illegal: 15,
} as const;

export type TokenType = (typeof TokenType)[keyof typeof TokenType];

/** One token: its type and the half-open range of the text that it covers. */
export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
}

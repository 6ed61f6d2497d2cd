/**
 * The lexical grammar of SQLite 3.45 (SQLite: Language, Tokenizer), token by token, without a parser behind it.
 *
 * Offsets are UTF-16 offsets of the JavaScript string. Every character from U+0080 up is an identifier character to
 * SQLite, so no token boundary depends on the encoding; the one exception is the byte order mark, which is a space.
 */

import {
  byteOrderMark,
  classTable,
  digits,
  hexDigits,
  nameCharacters,
  nameStarts,
  spaceCharacters,
  spacesInsideRun,
} from "./characters.ts";
import { TokenType, type Token } from "./tokens.ts";

/**
 * Reads the tokens of a text one after the other, reusing its own fields instead of allocating a token each.
 * `next()` moves on; `type`, `start` and `end` then describe the token. At the end of the text the type is `end`.
 */
export class Scanner {
  readonly sql: string;
  type: TokenType = TokenType.end;
  start = 0;
  end = 0;

  constructor(sql: string) {
    this.sql = sql;
  }

  /** Moves to the next token of any type, spaces and comments included, and returns its type. */
  next(): TokenType {
    this.start = this.end;
    if (this.start >= this.sql.length) {
      this.type = TokenType.end;
      return this.type;
    }
    this.type = this.#scan(this.sql.charCodeAt(this.start));
    return this.type;
  }

  /** Moves to the next token that is neither space nor comment, and returns its type. */
  nextSignificant(): TokenType {
    let type = this.next();
    while (type === TokenType.space || type === TokenType.comment) type = this.next();
    return type;
  }

  /** The text of the current token, as written. */
  text(): string {
    return this.sql.slice(this.start, this.end);
  }

  #scan(code: number): TokenType {
    if (code > 127) return code === byteOrderMark ? this.#take(1, TokenType.space) : this.#word();
    const bits = classTable[code] ?? 0;
    if ((bits & nameStarts) !== 0) {
      if ((code | 0x20) === 0x78 && this.#at(this.start + 1) === 0x27) return this.#blob();
      return this.#word();
    }
    if ((bits & spaceCharacters) !== 0) {
      this.end = this.#skip(this.start + 1, spacesInsideRun);
      return TokenType.space;
    }
    if ((bits & digits) !== 0) return this.#number(code);
    return this.#punctuation(code);
  }

  #punctuation(code: number): TokenType {
    const following = this.#at(this.start + 1);
    switch (code) {
      case 0x27: // '
        return this.#delimited(code, TokenType.string);
      case 0x22: // "
      case 0x60: // `
        return this.#delimited(code, TokenType.quoted);
      case 0x5b: // [
        return this.#bracketed();
      case 0x28:
        return this.#take(1, TokenType.leftParen);
      case 0x29:
        return this.#take(1, TokenType.rightParen);
      case 0x2c:
        return this.#take(1, TokenType.comma);
      case 0x3b:
        return this.#take(1, TokenType.semicolon);
      case 0x2e: // .
        return this.#isDigit(following) ? this.#number(code) : this.#take(1, TokenType.dot);
      case 0x3f: // ?
        this.end = this.#skip(this.start + 1, digits);
        return TokenType.parameter;
      case 0x24: // $
      case 0x40: // @
      case 0x3a: // :
      case 0x23: // #
        return this.#named();
      case 0x2d: // -
        if (following === 0x2d) return this.#lineComment();
        if (following === 0x3e)
          return this.#take(this.#at(this.start + 2) === 0x3e ? 3 : 2, TokenType.operator);
        return this.#take(1, TokenType.operator);
      case 0x2f: // /
        return this.#slash(following);
      case 0x3d: // =
        return this.#take(following === 0x3d ? 2 : 1, TokenType.operator);
      case 0x3c: // <
        return this.#take(following >= 0x3c && following <= 0x3e ? 2 : 1, TokenType.operator);
      case 0x3e: // >
        return this.#take(following === 0x3d || following === 0x3e ? 2 : 1, TokenType.operator);
      case 0x7c: // |
        return this.#take(following === 0x7c ? 2 : 1, TokenType.operator);
      case 0x21: // !
        return following === 0x3d
          ? this.#take(2, TokenType.operator)
          : this.#take(1, TokenType.illegal);
      case 0x2b: // +
      case 0x2a: // *
      case 0x25: // %
      case 0x26: // &
      case 0x7e: // ~
        return this.#take(1, TokenType.operator);
      default:
        return this.#take(1, TokenType.illegal);
    }
  }

  #at(position: number): number {
    return position < this.sql.length ? this.sql.charCodeAt(position) : 0;
  }

  #take(length: number, type: TokenType): TokenType {
    this.end = this.start + length;
    return type;
  }

  #is(code: number, bits: number): boolean {
    return code < 128 && ((classTable[code] ?? 0) & bits) !== 0;
  }

  #isDigit(code: number): boolean {
    return code >= 0x30 && code <= 0x39;
  }

  #isName(code: number): boolean {
    return code > 127 || ((classTable[code] ?? 0) & nameCharacters) !== 0;
  }

  #skip(from: number, bits: number): number {
    let position = from;
    while (position < this.sql.length && this.#is(this.sql.charCodeAt(position), bits))
      position += 1;
    return position;
  }

  #word(): TokenType {
    const { sql } = this;
    let position = this.start + 1;
    while (position < sql.length && this.#isName(sql.charCodeAt(position))) position += 1;
    this.end = position;
    return TokenType.word;
  }

  #delimited(delimiter: number, type: TokenType): TokenType {
    const { sql } = this;
    const quote = String.fromCharCode(delimiter);
    let position = sql.indexOf(quote, this.start + 1);
    while (position !== -1 && this.#at(position + 1) === delimiter)
      position = sql.indexOf(quote, position + 2);
    this.end = position === -1 ? sql.length : position + 1;
    return position === -1 ? TokenType.illegal : type;
  }

  #bracketed(): TokenType {
    const close = this.sql.indexOf("]", this.start + 1);
    this.end = close === -1 ? this.sql.length : close + 1;
    return close === -1 ? TokenType.illegal : TokenType.quoted;
  }

  #blob(): TokenType {
    const { sql } = this;
    const stop = this.#skip(this.start + 2, hexDigits);
    if (this.#at(stop) === 0x27) {
      this.end = stop + 1;
      return (stop - this.start) % 2 === 0 ? TokenType.blob : TokenType.illegal;
    }
    const close = sql.indexOf("'", stop);
    this.end = close === -1 ? sql.length : close + 1;
    return TokenType.illegal;
  }

  #lineComment(): TokenType {
    const newline = this.sql.indexOf("\n", this.start + 2);
    this.end = newline === -1 ? this.sql.length : newline;
    return TokenType.comment;
  }

  #slash(following: number): TokenType {
    // A slash and a star that end the text open no comment: SQLite wants one more character before it calls it one.
    if (following !== 0x2a || this.start + 2 >= this.sql.length)
      return this.#take(1, TokenType.operator);
    const close = this.sql.indexOf("*/", this.start + 2);
    this.end = close === -1 ? this.sql.length : close + 2;
    return TokenType.comment;
  }

  #number(first: number): TokenType {
    let position = this.start;
    if (
      first === 0x30 &&
      (this.#at(position + 1) | 0x20) === 0x78 &&
      this.#is(this.#at(position + 2), hexDigits)
    ) {
      this.end = this.#skip(position + 3, hexDigits);
      return TokenType.number;
    }
    position = this.#skip(position, digits);
    if (this.#at(position) === 0x2e) position = this.#skip(position + 1, digits);
    if ((this.#at(position) | 0x20) === 0x65) {
      const sign = this.#at(position + 1);
      const signed = sign === 0x2b || sign === 0x2d ? 1 : 0;
      if (this.#isDigit(this.#at(position + 1 + signed)))
        position = this.#skip(position + 2 + signed, digits);
    }
    const stop = position;
    while (this.#isName(this.#at(position))) position += 1;
    this.end = position;
    return position === stop ? TokenType.number : TokenType.illegal;
  }

  /** `:name`, `@name`, `$name`, `#name`, each with Tcl's `::` inside and one `(suffix)` without spaces after it. */
  #named(): TokenType {
    let position = this.start + 1;
    let characters = 0;
    let type: TokenType = TokenType.parameter;
    for (;;) {
      const code = this.#at(position);
      if (this.#isName(code)) {
        characters += 1;
        position += 1;
      } else if (code === 0x28 && characters > 0) {
        do position += 1;
        while (position < this.sql.length && !this.#endsSuffix(this.#at(position)));
        if (this.#at(position) === 0x29) position += 1;
        else type = TokenType.illegal;
        break;
      } else if (code === 0x3a && this.#at(position + 1) === 0x3a) {
        position += 2;
      } else {
        break;
      }
    }
    this.end = position;
    return characters === 0 ? TokenType.illegal : type;
  }

  #endsSuffix(code: number): boolean {
    return code === 0x29 || this.#is(code, spacesInsideRun);
  }
}

/**
 * Splits a text into all of its tokens, spaces and comments included; their ranges cover the text without gaps.
 *
 * @param sql the text
 * @returns the tokens in order; unterminated literals and characters outside the grammar are `illegal`
 */
export function tokenize(sql: string): Token[] {
  const scanner = new Scanner(sql);
  const tokens: Token[] = [];
  for (let type = scanner.next(); type !== TokenType.end; type = scanner.next()) {
    tokens.push({ type, start: scanner.start, end: scanner.end });
  }
  return tokens;
}

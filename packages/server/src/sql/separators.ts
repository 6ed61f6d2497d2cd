import { Refusal } from "./refusal.ts";
import type { Scanner } from "./scanner.ts";
import { TokenType } from "./tokens.ts";

/** The function whose first argument is a separator. */
export const joiningFunction = "concat_ws";
/** The longest separator, in characters or bytes. */
export const longestSeparator = 10_000;

const shapes = new Set(["value", "?", "null", "char ( value )", "char ( value , value )"]);
const longestShape = 6;

/**
 * Checks the separators of `concat_ws`. SQLite counts the bytes of all of them together in 32 bits, and writes past the
 * end of its memory where they are more. So a separator has to be visible here: a value, or a parameter, whose value is
 * checked when it is bound.
 */
export class Separators {
  /** The parameters, by number less one, that are separators. */
  readonly parameters: number[] = [];
  #isCallee = false;
  /** The tokens of the first argument, while that is read. */
  #argument: string[] | undefined;
  /** How many parentheses are open inside it. */
  #depth = 0;
  #parameter = 0;

  /**
   * Takes the next significant token. Throws a Refusal.
   *
   * @param scanner the scanner that stands on it
   * @param name its name without quotes, case folded, if it is a word or quoted name; otherwise empty
   * @param parameter its number if it is a parameter; otherwise 0
   */
  feed(scanner: Scanner, name: string, parameter: number): void {
    const { type } = scanner;
    if (this.#argument !== undefined) this.#read(this.#argument, scanner, name, parameter);
    else if (this.#isCallee && type === TokenType.leftParen) this.#argument = [];
    this.#isCallee = name === joiningFunction;
  }

  #read(argument: string[], scanner: Scanner, name: string, parameter: number): void {
    const { type } = scanner;
    const isEnd = type === TokenType.comma || type === TokenType.rightParen;
    if (isEnd && this.#depth === 0) {
      if (!shapes.has(argument.join(" "))) throw refuseSeparator();
      return this.#close();
    }
    if (type === TokenType.leftParen) this.#depth += 1;
    if (type === TokenType.rightParen) this.#depth -= 1;
    if (type === TokenType.parameter) this.#parameter = parameter;
    argument.push(symbolOf(scanner, name));
    if (argument.length > longestShape) throw refuseSeparator();
  }

  #close(): void {
    if (this.#parameter > 0) this.parameters.push(this.#parameter - 1);
    this.#parameter = 0;
    this.#argument = undefined;
  }
}

function symbolOf(scanner: Scanner, name: string): string {
  switch (scanner.type) {
    case TokenType.parameter:
      return "?";
    case TokenType.string:
    case TokenType.blob:
    case TokenType.number:
      return scanner.end - scanner.start > longestSeparator ? "long" : "value";
    default:
      return name === "" ? scanner.text() : name;
  }
}

/**
 * Says whether SQLite can join texts with a bound value.
 *
 * @param value the value of a parameter that is a separator
 */
export function isSeparator(value: unknown): boolean {
  if (typeof value === "string") return value.length <= longestSeparator;
  return !(value instanceof Uint8Array) || value.byteLength <= longestSeparator;
}

function refuseSeparator(): Refusal {
  return Refusal.unsupported(
    `the separator of ${joiningFunction} has to be a value, a parameter or char(…), and to have ${longestSeparator} characters at most`,
  );
}

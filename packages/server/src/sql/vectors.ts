import { Refusal } from "./refusal.ts";
import { TokenType } from "./tokens.ts";

/** The table-valued function that searches a vector index. */
export const VECTOR_SEARCH = "vector_top_k";
/** The most neighbours one search may ask for. */
export const MAX_NEIGHBOURS = 100_000;

const VECTOR_INDEX = "libsql_vector_idx";
// What stands behind the parenthesis when SQLite passes no argument at all.
const NO_ARGUMENTS = new Set([")", "*", "all", "distinct", "order"]);
const COUNTS = new Set(["number", "?", "cast ( ? as integer )", "cast ( ? as int )"]);

interface Search {
  /** How many parentheses are open around its arguments, its own included. */
  readonly depth: number;
  arguments: number;
  /** The tokens of its third argument. */
  readonly count: string[];
  parameter: number;
}

/**
 * Checks the calls of libSQL's vector functions. libSQL crashes when `libsql_vector_idx` has no argument, and writes
 * past the end of its buffers when `vector_top_k` searches for 0 neighbours or for more than about 2^28 of them. So
 * the number of neighbours has to be visible here: a literal, or a parameter whose value is checked when it is bound.
 */
export class VectorCalls {
  /** The numbers less one of the parameters that say how many neighbours a search returns. */
  readonly counts: number[] = [];
  readonly #searches: Search[] = [];
  #depth = 0;
  #callee = "";

  /**
   * Takes the next significant token. Throws a Refusal.
   *
   * @param type its type
   * @param name its name without quotes, case folded, if it is a word or quoted name; otherwise empty
   * @param text the token as written
   * @param parameter its number if it is a parameter
   */
  feed(type: TokenType, name: string, text: string, parameter: number): void {
    const callee = this.#callee;
    this.#callee = name === VECTOR_SEARCH || name === VECTOR_INDEX ? name : "";
    if (type === TokenType.leftParen) this.#depth += 1;
    if (callee !== "") this.#afterName(callee, type, name === "" ? text : name);
    else if (this.#searches.length > 0) this.#inSearch(type, name, text, parameter);
    if (type === TokenType.rightParen) this.#depth -= 1;
  }
}

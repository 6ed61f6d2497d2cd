import { Refusal } from "./refusal.ts";
import type { Scanner } from "./scanner.ts";
import { TokenType } from "./tokens.ts";

/** The table-valued function that searches a vector index. */
export const vectorSearch = "vector_top_k";
/** The most neighbours one search may ask for. */
export const maxNeighbours = 100_000;

const vectorIndex = "libsql_vector_idx";
// What stands behind the parenthesis when SQLite passes no argument at all.
const noArguments = new Set([")", "*", "all", "distinct", "order"]);
const longestCount = 8;
const countShapes = new Set(["number", "?", "cast ( ? as integer )", "cast ( ? as int )"]);

interface Search {
  /** How many parentheses are open inside its arguments, its own included. */
  readonly depth: number;
  commas: number;
  /** The tokens of its third argument. */
  readonly count: string[];
  parameter: number;
}

/**
 * Checks the calls of libSQL's vector functions. libSQL crashes when `libsql_vector_idx` has no argument, and writes
 * past the end of its buffers when `vector_top_k` searches for 0 neighbours or for more than 2^28 of them. So their
 * number has to be visible here: a literal, or a parameter, whose value is checked when it is bound.
 */
export class VectorCalls {
  /** The parameters, by number less one, that say how many neighbours a search returns. */
  readonly counts: number[] = [];
  readonly #searches: Search[] = [];
  #depth = 0;
  #callee = "";
  #opensIndex = false;

  /**
   * Takes the next significant token. Throws a Refusal.
   *
   * @param scanner the scanner that stands on it
   * @param name its name without quotes, case folded, if it is a word or quoted name; otherwise empty
   * @param parameter its number if it is a parameter; otherwise 0
   */
  feed(scanner: Scanner, name: string, parameter: number): void {
    const callee = this.#callee;
    this.#callee = name === vectorSearch || name === vectorIndex ? name : "";
    if (callee === "" && !this.#opensIndex && this.#searches.length === 0) return;
    const symbol = name === "" ? scanner.text() : name;
    if (this.#opensIndex && noArguments.has(symbol)) {
      throw Refusal.unsupported(`${vectorIndex}() needs at least one argument`);
    }
    this.#opensIndex = callee === vectorIndex && symbol === "(";
    this.#read(scanner.type, symbol, parameter);
    if (callee === vectorSearch) this.#open(symbol);
  }

  #read(type: TokenType, symbol: string, parameter: number): void {
    const search = this.#searches.at(-1);
    if (search === undefined) return;
    if (symbol === "(") this.#depth += 1;
    if (symbol === ")") {
      this.#depth -= 1;
      if (this.#depth < search.depth) {
        this.#close(search);
        return;
      }
    }
    if (symbol === "," && this.#depth === search.depth) {
      search.commas += 1;
    } else if (search.commas === 2 && search.count.length < longestCount) {
      search.count.push(type === TokenType.number && isCount(Number(symbol)) ? "number" : symbol);
      if (type === TokenType.parameter) {
        search.count[search.count.length - 1] = "?";
        search.parameter = parameter;
      }
    }
  }

  #open(symbol: string): void {
    if (symbol === ".") return;
    if (symbol !== "(") throw refuseCount();
    if (this.#searches.length === 0) this.#depth = 1;
    this.#searches.push({ depth: this.#depth, commas: 0, count: [], parameter: 0 });
  }

  #close(search: Search): void {
    this.#searches.pop();
    if (search.commas !== 2 || !countShapes.has(search.count.join(" "))) throw refuseCount();
    if (search.parameter > 0) this.counts.push(search.parameter - 1);
  }
}

/**
 * Says whether libSQL can search for as many neighbours as a bound value says.
 *
 * @param value the value of a parameter that is such a number
 */
export function isCount(value: unknown): boolean {
  if (typeof value === "string") return /^[0-9]{1,6}$/.test(value) && isCount(Number(value));
  if (typeof value !== "number" && typeof value !== "bigint") return false;
  return value >= 1 && value <= maxNeighbours;
}

function refuseCount(): Refusal {
  return Refusal.unsupported(
    `${vectorSearch} needs three arguments, of which the last is a number from 1 to ${maxNeighbours} or a parameter`,
  );
}

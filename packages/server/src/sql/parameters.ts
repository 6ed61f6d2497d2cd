import { Refusal } from "./refusal.ts";

/** The largest parameter number (SQLite: Limits, SQLITE_MAX_VARIABLE_NUMBER). */
const maxParameter = 32_766;

/**
 * Numbers the parameters of a statement as SQLite does: `?` takes the next number, `?NNN` the one it says, a named
 * one the next number at its first use and the same again later (SQLite: sqlite3_bind_parameter_name).
 */
export class ParameterNumbering {
  /** The name of each parameter, prefix included, at its number less one; null for `?` and for gaps. */
  readonly names: (string | null)[] = [];
  #numbers: Map<string, number> | undefined;

  /**
   * Takes the next parameter of the statement. Throws a Refusal.
   *
   * @param text the parameter as written, `?`, `?12`, `:name`
   * @param sql the text around it, for the error
   * @param offset where it stands in that text
   * @returns its number
   */
  add(text: string, sql: string, offset: number): number {
    if (text.startsWith("?") && text.length > 1) return this.#addNumbered(text, sql, offset);
    const known = this.#numbers?.get(text);
    if (known !== undefined) return known;
    const isNamed = text !== "?";
    const number = this.names.push(isNamed ? text : null);
    if (number > maxParameter) throw Refusal.input("too many SQL variables", sql, offset);
    if (isNamed) {
      this.#numbers ??= new Map();
      this.#numbers.set(text, number);
    }
    return number;
  }

  #addNumbered(text: string, sql: string, offset: number): number {
    const number = Number(text.slice(1));
    if (number < 1 || number > maxParameter) {
      const problem = `variable number must be between ?1 and ?${maxParameter}`;
      throw Refusal.input(problem, sql, offset);
    }
    while (this.names.length < number) this.names.push(null);
    this.names[number - 1] ??= text;
    return number;
  }
}

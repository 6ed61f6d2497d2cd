import { canName } from "./names.ts";
import { words } from "./words.ts";
import { TokenType } from "./tokens.ts";

type Role = "opens" | "keeps" | "afterDelete" | "afterRename";

// The words between which and a name only others of these can stand when the statement writes or defines a table.
const roles: ReadonlyMap<string, Role> = new Map([
  ...words("table view into update").map((word): [string, Role] => [word, "opens"]),
  ...words("if not exists or rollback abort fail ignore replace").map((word): [string, Role] => [
    word,
    "keeps",
  ]),
  ["from", "afterDelete"],
  ["to", "afterRename"],
]);

/**
 * Finds the names of tables that a statement, or one inside a trigger, writes, creates, renames or drops. Feed it each
 * significant token.
 */
export class WriteTargets {
  #expected = false;
  #named = false;
  #lastWord = "";

  /**
   * Takes the next token.
   *
   * @param type its type
   * @param word its folded text if it is a word, otherwise empty
   * @returns true if it may be the name of such a table, or of its schema
   */
  feed(type: TokenType, word: string): boolean {
    const lastWord = this.#lastWord;
    this.#lastWord = word;
    if (type === TokenType.dot) {
      this.#expected = this.#named;
      this.#named = false;
      return false;
    }
    const role = type === TokenType.word ? roles.get(word) : undefined;
    this.#named = this.#expected && role !== "opens" && canName(type);
    this.#expected =
      role === "opens" ||
      (role === "keeps" && this.#expected) ||
      (role === "afterDelete" && lastWord === "delete") ||
      (role === "afterRename" && lastWord === "rename");
    return this.#named;
  }
}

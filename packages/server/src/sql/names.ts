import { TokenType } from "./tokens.ts";

const kelvinSign = "\u212a";

/**
 * Folds the case of a keyword or name as SQLite does: A to Z only.
 *
 * @param text a name, without quotes
 * @returns its lower-case form, fit for comparison with ASCII names
 */
export function foldCase(text: string): string {
  // The Kelvin sign is the only character outside ASCII whose lower case is inside it.
  if (!text.includes(kelvinSign)) return text.toLowerCase();
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Removes the quotes of an identifier or string literal and halves doubled quotes (SQLite: sqlite3Dequote).
 *
 * @param type the type of the token
 * @param text the token as written
 * @returns the name or value that it stands for; the text itself if the token has no quotes
 */
export function unquote(type: TokenType, text: string): string {
  if (type !== TokenType.quoted && type !== TokenType.string) return text;
  const inner = text.slice(1, -1);
  const quote = text.charAt(0);
  return quote === "[" || !inner.includes(quote) ? inner : inner.replaceAll(quote + quote, quote);
}

/** Whether a token can name a table or a column: SQLite takes a string for a name where it needs one. */
export function canName(type: TokenType): boolean {
  return type === TokenType.word || type === TokenType.quoted || type === TokenType.string;
}

/**
 * The name that a token stands for, fit for comparison.
 *
 * @param type the type of the token
 * @param text the token as written
 */
export function nameIn(type: TokenType, text: string): string {
  return foldCase(unquote(type, text));
}

/** Writes a name as an identifier, whatever characters it has. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

import { isObject } from "./is-object.ts";

/**
 * Refuses input without fields, which would mean all that is left out: a token for everything.
 *
 * @throws TypeError for a text, a list, a map
 */
export function checkInput(input: unknown): void {
  if (!isObject(input)) throw new TypeError("bad input");
}

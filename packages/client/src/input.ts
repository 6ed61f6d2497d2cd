/**
 * Refuses input without fields, which would mean all that is left out: a token for everything.
 *
 * @throws TypeError for a text, a list, a map
 */
export function checkInput(input: unknown): void {
  // Not by its constructor: test runners load this in another realm than their tests.
  if ({}.toString.call(input) !== "[object Object]") throw new TypeError("bad input");
}

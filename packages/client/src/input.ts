/**
 * Refuses input without fields, which would mean all that is left out: a token for everything.
 *
 * @throws TypeError for a text, a list, a map
 */
export function checkInput(input: unknown): void {
  if (!isObject(input)) throw new TypeError("input must be an object");
}

/** Whether it is an object with fields: no list, no map, no date. */
export function isObject(value: unknown): value is object {
  // Not by its constructor: test runners load this in another realm than their tests.
  return {}.toString.call(value) === "[object Object]";
}

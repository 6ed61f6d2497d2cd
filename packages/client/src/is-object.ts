/**
 * Whether a value has fields: no text, no list, no map.
 *
 * @typeParam Fields what it then counts as
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the one place where text becomes a type of the contract
export function isObject<Fields>(value: unknown): value is Fields & object {
  // Not by its constructor: test runners load this in another realm than their tests.
  return {}.toString.call(value) === "[object Object]";
}

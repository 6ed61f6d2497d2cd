/** The keys of a table, as what they are. */
export function keysOf<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  const isKey = (name: string): name is K => Object.hasOwn(table, name);
  return Object.keys(table).filter(isKey);
}

import type { Store } from "./store.ts";

/**
 * A query that is built once for each store, because building one costs more than running it.
 *
 * @param build makes the query, with `sql.placeholder()` where values come in
 */
export function prepared<Query>(
  build: (db: Store["db"]) => Query,
): (store: Pick<Store, "db">) => Query {
  const built = new WeakMap<Store["db"], Query>();
  return ({ db }) => {
    const known = built.get(db);
    if (known !== undefined) return known;
    const query = build(db);
    built.set(db, query);
    return query;
  };
}

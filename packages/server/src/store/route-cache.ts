import { boundedCache } from "../tools/bounded-cache.ts";

/** Where a host label leads. */
export interface Route {
  readonly databaseId: string;
  readonly databaseName: string;
  /** False while the database has no instance and so cannot answer a query. */
  readonly hasPrimary: boolean;
  /** The key that its tokens are checked against, as `SigningKey.publicKey`. */
  readonly publicKey: string;
}

/**
 * Remembers routes, and labels that lead nowhere, until `forget` is called for them. Whoever
 * changes what a label leads to calls `forget` after the change and before reporting it done, so a
 * lookup never returns what an acknowledged change has replaced.
 */
export class RouteCache {
  readonly #load: (label: string) => Promise<Route | undefined>;
  readonly #known = boundedCache<string, { readonly route: Route | undefined }>(50_000);
  readonly #loading = new Map<string, Promise<Route | undefined>>();
  readonly #expected = new Set<string>();
  readonly #withdrawn = new Set<(label: string) => void>();
  #changes = 0;

  /** @param load finds out where a label leads now */
  constructor(load: (label: string) => Promise<Route | undefined>) {
    this.#load = load;
  }

  /** Another number each time that a label may lead somewhere else. */
  get changes(): number {
    return this.#changes;
  }

  /** Where `label` leads: at once when that is known, otherwise when it has been found out. */
  find(label: string): Route | undefined | Promise<Route | undefined> {
    const known = this.#known.get(label);
    if (known !== undefined) return known.route;
    return this.#loading.get(label) ?? this.#find(label);
  }

  /** Makes the next lookup of each label find out anew. */
  forget(labels: Iterable<string>): void {
    this.#changes += 1;
    for (const label of labels) {
      this.#known.delete(label);
      this.#loading.delete(label);
      this.#expected.delete(label);
    }
  }

  /** Labels lead nowhere from now on, though what they led to is still there. */
  withdraw(labels: readonly string[]): void {
    this.forget(labels);
    for (const label of labels) for (const told of this.#withdrawn) told(label);
  }

  /**
   * Tells of each label that is withdrawn.
   *
   * @returns a function to call when nobody needs to know any more
   */
  onWithdrawn(told: (label: string) => void): () => void {
    this.#withdrawn.add(told);
    return () => this.#withdrawn.delete(told);
  }

  /** Say so before a label gets its route, to tell it afterwards with `learn`. */
  expect(label: string): void {
    this.#expected.add(label);
  }

  /** Where an expected label leads from now on. Forgotten meanwhile, it is found out anew. */
  learn(label: string, route: Route): void {
    const isNews = this.#expected.has(label);
    this.forget([label]);
    if (isNews) this.#known.set(label, { route });
  }

  /** Makes the next lookup of every label find out anew. */
  clear(): void {
    this.#changes += 1;
    this.#known.clear();
    this.#loading.clear();
    this.#expected.clear();
  }

  async #find(label: string): Promise<Route | undefined> {
    const loading = this.#load(label);
    this.#loading.set(label, loading);
    try {
      const route = await loading;
      // Forgotten meanwhile, what was found is possibly too old to keep.
      if (this.#loading.get(label) === loading) this.#known.set(label, { route });
      return route;
    } finally {
      if (this.#loading.get(label) === loading) this.#loading.delete(label);
    }
  }
}

/** One document, and what one rule has to say about it. */
export interface Case {
  readonly rule: string;
  /** What the document does right or wrong. */
  readonly name: string;
  readonly document: unknown;
  /** Beginning of each problem: its path and a part of its message. None: the rule is content. */
  readonly problems: readonly string[];
}

/** A bundle with one operation, in a path that does not matter. */
export function bundleWith(method: string, operation: unknown, rest: object = {}): object {
  return {
    openapi: "3.1.1",
    info: { title: "Test", version: "1.0.0" },
    paths: { "/things": { [method]: operation } },
    ...rest,
  };
}

/** A bundle with one component, called Thing. */
export function bundleWithComponent(section: string, component: unknown): object {
  return {
    openapi: "3.1.1",
    info: { title: "Test", version: "1.0.0" },
    paths: {},
    components: { [section]: { Thing: component } },
  };
}

/** A bundle with one schema component. */
export function bundleWithSchema(schema: unknown): object {
  return bundleWithComponent("schemas", schema);
}

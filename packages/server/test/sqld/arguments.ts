import fc from "fast-check";
import { type Value, value } from "./values.ts";

/** A statement as Hrana sends it in JSON. */
export interface Statement {
  readonly sql: string;
  readonly args?: readonly Value[];
  readonly named_args?: readonly { readonly name: string; readonly value: Value }[];
  readonly want_rows?: boolean;
}

const pick = <T>(...options: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...options);

/** A statement with arguments that suit its parameters, more or less. */
export function withArguments(texts: fc.Arbitrary<string>): fc.Arbitrary<Statement> {
  return texts.chain((sql) => {
    const named = [...new Set(sql.match(/[:@$][xyz]\b/g))];
    const count = (sql.match(/\?/g) ?? []).length;
    const positional = fc
      .tuple(
        fc.array(value, { minLength: count, maxLength: count }),
        pick(0, 0, 0, 0, 0, 0, 1, -1),
        value,
      )
      .map(([args, change, extra]) =>
        change < 0 ? args.slice(1) : change > 0 ? [...args, extra] : args,
      );
    const byName = fc.tuple(
      ...named.map((name) =>
        fc
          .tuple(pick(name, name.slice(1)), value)
          .map(([each, given]) => ({ name: each, value: given })),
      ),
    );
    const wanted = pick<{ want_rows?: boolean }>({}, {}, {}, { want_rows: true });
    if (named.length > 0 && count === 0) {
      return fc.tuple(byName, wanted).map(([named_args, rest]) => ({ sql, named_args, ...rest }));
    }
    return fc
      .tuple(positional, wanted)
      .map(([args, rest]) => (args.length === 0 ? { sql, ...rest } : { sql, args, ...rest }));
  });
}

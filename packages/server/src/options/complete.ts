import { checkOptions } from "./check.ts";
import { defaultLimits, defaultPatience } from "./limits.ts";
import { defaultOptions, type Given, type GivenOptions, type ServerOptions } from "./options.ts";

/**
 * The options in full. What is undefined is not given, but for `dataDir`, where that means something.
 *
 * @throws RangeError for what is no option, or no server can keep to
 */
export function completeOptions(given: GivenOptions): ServerOptions {
  const limits = withDefaults(defaultLimits, given.limits);
  const patience = withDefaults(defaultPatience, given.patience);
  const options = {
    ...withDefaults(defaultOptions, { ...given, limits, patience }),
    ...("dataDir" in given ? { dataDir: given.dataDir } : {}),
  };
  checkOptions(options);
  return options;
}

/**
 * What is given, and the defaults of the rest.
 *
 * @throws RangeError for what has no default, being mistyped
 */
function withDefaults<Options extends object>(defaults: Options, given?: Given<Options>): Options {
  const options = { ...defaults };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!Object.hasOwn(defaults, name)) {
      throw new RangeError(`${name} is no option; there are ${Object.keys(defaults).join(", ")}`);
    }
    if (value !== undefined) Reflect.set(options, name, value);
  }
  return options;
}

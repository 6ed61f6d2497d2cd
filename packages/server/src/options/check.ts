import { inspect } from "node:util";
import { keysOf } from "../tools/keys-of.ts";
import { limitRanges } from "./limits.ts";
import type { ServerOptions } from "./options.ts";

/** Timers hold no more milliseconds. */
const longest = 2 ** 31 - 1;

/** What the options with names may be. */
export const choices = {
  addressing: ["auto", "host", "path"],
  synchronous: ["normal", "full"],
  logLevel: ["silent", "error", "warn", "info", "debug"],
} as const satisfies {
  readonly [Name in "addressing" | "synchronous" | "logLevel"]: readonly ServerOptions[Name][];
};

/** What a text among the options has to be like, and how that is said. */
export const textRules = {
  user: {
    pattern: /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    rule: "an account name has lower-case letters, digits and inner dashes, at most 40",
  },
  domain: {
    pattern: /^(?:[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$/i,
    rule: "write a name such as db.example.com or db.example.com:8443, without http:// and path",
  },
} as const;

/**
 * Refuses options that no server can keep to. The command's flags are read by the same rules.
 *
 * @throws RangeError naming the option
 */
export function checkOptions(options: ServerOptions): void {
  const { port, metricsPort = 0, engineProcesses, statementTimeout, limits, patience } = options;
  check("port", port, 0, 65_535);
  check("metricsPort", metricsPort, 0, 65_535);
  check("engineProcesses", engineProcesses, 1);
  check("statementTimeout", statementTimeout, 1, longest);
  for (const name of keysOf(limitRanges)) {
    const { least, most } = limitRanges[name];
    check(`limits.${name}`, limits[name], least, most);
  }
  for (const [name, value] of Object.entries(patience))
    check(`patience.${name}`, value, 1, longest);
  for (const name of keysOf(choices)) {
    const values: readonly string[] = choices[name];
    if (values.includes(options[name])) continue;
    throw new RangeError(
      `${name} is one of ${values.join(", ")}, and not ${inspect(options[name])}`,
    );
  }
  for (const name of keysOf(textRules)) {
    const { pattern, rule } = textRules[name];
    const value = options[name];
    if (value === undefined || pattern.test(value)) continue;
    throw new RangeError(`${name} cannot be ${inspect(value)}: ${rule}`);
  }
}

function check(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `${name} is a whole number from ${least} to ${most}, and not ${inspect(value)}`,
  );
}

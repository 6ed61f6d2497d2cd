import { inspect } from "node:util";
import { keysOf } from "./keys-of.ts";
import { limitRanges } from "./limits.ts";
import type { ServerOptions } from "./options.ts";

/** Timers hold no more milliseconds. */
const longest = 2 ** 31 - 1;

/**
 * Refuses options that no server can keep to. The command's flags are read by the same rules.
 *
 * @throws RangeError naming the option
 */
export function checkOptions(options: ServerOptions): void {
  const { port, engineProcesses, statementTimeout, limits, patience } = options;
  check("port", port, 0, 65_535);
  check("engineProcesses", engineProcesses, 1);
  check("statementTimeout", statementTimeout, 1, longest);
  for (const name of keysOf(limitRanges)) {
    const { least, most } = limitRanges[name];
    check(`limits.${name}`, limits[name], least, most);
  }
  for (const [name, value] of Object.entries(patience))
    check(`patience.${name}`, value, 1, longest);
}

function check(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `${name} is a whole number from ${least} to ${most}, and not ${inspect(value)}`,
  );
}

import type { ProgressPosition } from "./position.ts";

/** What an engine process's monitor tells the gateway, one line of JSON each. */
export type Alert =
  /** A statement holds the process up; commands after `begun` will not be run by it. */
  | ({ readonly kind: "held-up" } & ProgressPosition)
  /** Command `running` reached the statement timeout; the process ends itself. */
  | { readonly kind: "timed-out"; readonly running: number };

/** One alert as it travels. */
export function encodeAlert(alert: Alert): string {
  return `${JSON.stringify(alert)}\n`;
}

/** Reads one line that `encodeAlert` wrote. */
export function decodeAlert(line: string): Alert {
  const alert: Alert = JSON.parse(line);
  return alert;
}

/** How long and how often something is tried, where it is said. */
export interface Tries {
  readonly timeout?: number | undefined;
  readonly retries?: number | undefined;
}

/**
 * Refuses what would end at once, or never begin.
 *
 * @throws TypeError where one is no number or out of bounds
 */
export function checkTries({ timeout = 1, retries = 0 }: Tries): void {
  // A text would pass for the number that it holds, but makes a text of the sum.
  if (timeout > 0 && retries >= 0 && typeof (timeout + retries) === "number") return;
  throw new TypeError("timeout must be > 0, retries >= 0");
}

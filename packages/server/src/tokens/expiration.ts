/** How long a token lives, as its minter asked for it. */
export type Expiration =
  | { readonly kind: "never" }
  | { readonly kind: "after"; readonly nanoseconds: bigint };

/** Why an `expiration` was refused, in words for the person who wrote it. */
export interface ExpirationError {
  readonly kind: "invalid";
  readonly reason: string;
}

const wordsForNever: ReadonlySet<string> = new Set(["never", "none", "default"]);

const unitLengths: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  // Two letters look like this: the micro sign and the Greek mu. Go accepts both.
  ["\u00B5s", 1_000n],
  ["\u03BCs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
  ["d", 86_400_000_000_000n],
  ["w", 604_800_000_000_000n],
]);

/** The longest duration that Go can hold: a signed 64-bit count of nanoseconds. */
const longestDuration = 2n ** 63n - 1n;

/** A number with an optional fraction, then everything up to the next number: its unit. */
const termPattern = /(?:(?<whole>\d+)(?:\.(?<fraction>\d*))?|\.(?<bare>\d+))(?<unit>[^.\d]*)/guy;

const format = "write a duration such as 12h, 7d or 1w2d6h, or never";

/**
 * Reads the `expiration` of operation mintDatabaseToken: a Go duration extended with days and
 * weeks (`1w2d6h3ns`, `1.5h`), or one of the words for a token that does not expire.
 *
 * @param text what the caller sent, or undefined when nothing was sent
 * @returns the lifetime, exact to the nanosecond, or the reason for refusing it: not a duration,
 *   zero, negative, or longer than 64 bits of nanoseconds (about 292 years)
 */
export function parseExpiration(text: string | undefined): Expiration | ExpirationError {
  if (text === undefined || wordsForNever.has(text)) return { kind: "never" };
  const magnitude = text.replace(/^[-+]/, "");
  const nanoseconds = magnitude === "0" ? 0n : sumOfTerms(magnitude);
  const shown = quote(text);
  if (typeof nanoseconds === "string") return invalid(`${shown} ${nanoseconds}`);
  if (nanoseconds === 0n) return invalid(`${shown} is no time at all; ${format}`);
  if (text.startsWith("-")) return invalid(`${shown} lies in the past; ${format}`);
  if (nanoseconds > longestDuration) {
    return invalid(`${shown} is more than 292 years, the longest there is; write never instead`);
  }
  return { kind: "after", nanoseconds };
}

/** Adds up the terms of `1w2d6h`; a string says why that cannot be done. */
function sumOfTerms(text: string): bigint | string {
  let total = 0n;
  let read = 0;
  for (const { 0: term, groups } of text.matchAll(termPattern)) {
    const unitName = groups?.["unit"] ?? "";
    const unit = unitLengths.get(unitName);
    if (unitName === "") return `has a number without a unit; ${format}`;
    if (unit === undefined) {
      return `has the unknown unit ${quote(unitName)}; the units are ns, us, ms, s, m, h, d and w`;
    }
    const fraction = groups?.["fraction"] ?? groups?.["bare"] ?? "";
    total += BigInt(groups?.["whole"] ?? "0") * unit;
    total += (BigInt(fraction || "0") * unit) / 10n ** BigInt(fraction.length);
    read += term.length;
  }
  return read > 0 && read === text.length ? total : `is not a duration; ${format}`;
}

/** Text from outside, cut to a length that fits a sentence. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function invalid(reason: string): ExpirationError {
  return { kind: "invalid", reason };
}

import { randomInt } from "node:crypto";

/** The longest label that DNS allows. */
const maxLabelLength = 63;

/** How many characters of the `DbId` tell colliding labels apart, from the first attempt on. */
const suffixLengths = [6, 12, 32] as const;

/** How often a label may turn out to be taken before giving up. */
export const labelAttempts = suffixLengths.length + 1;

/** A path of clients that were given the URL of no database; no database has it as its label. */
export const reservedLabel = "v3-protobuf";

/**
 * The host label of a database: `{name}-{organization}`. Where that is too long for DNS, or taken
 * (`a-b` of `c` and `a` of `b-c` meet in `a-b-c`), it ends in the first characters of the `DbId`.
 *
 * @param attempt 0 first, then one more each time the result was taken
 */
export function databaseLabel(
  { name, organization, id }: { name: string; organization: string; id: string },
  attempt: number,
): string {
  const label = dnsLabel(`${name}-${organization}`);
  const isFit = label.length <= maxLabelLength && label !== reservedLabel;
  if (attempt === 0 && isFit) return label;
  return shorten(label, suffixOf(id, Math.max(0, attempt - 1)));
}

/**
 * The host label of an instance: `{instance}-{label of its database}`, with a suffix from the
 * `DbId` where that is too long.
 */
export function instanceLabel(instanceName: string, database: { label: string; id: string }) {
  const label = `${instanceName}-${database.label}`;
  return label.length <= maxLabelLength ? label : shorten(label, suffixOf(database.id, 0));
}

/**
 * A short name for a new instance that can be read aloud: eight letters, consonants and vowels in
 * turn (100 million of them). The caller makes sure that it is not taken.
 */
export function randomInstanceName(): string {
  return Array.from({ length: 4 }, () => pick("bcdfghjklmnprstvwxyz") + pick("aeiou")).join("");
}

function pick(letters: string): string {
  return letters.charAt(randomInt(letters.length));
}

/** Makes of any name and slug what DNS and URLs accept as one label, apart from its length. */
function dnsLabel(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-")
    .replace(/-+$/, "");
  // URLs take `xn--` for an internationalised name and refuse what is not one.
  return plain.startsWith("xn--") ? `x-${plain}` : plain;
}

function shorten(label: string, suffix: string): string {
  const room = maxLabelLength - suffix.length - 1;
  return `${label.slice(0, room).replace(/-+$/, "")}-${suffix}`;
}

function suffixOf(id: string, attempt: number): string {
  return id.replaceAll("-", "").slice(0, suffixLengths[attempt] ?? 32);
}

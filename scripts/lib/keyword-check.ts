import { type Holds, type Kind, knownKeywords } from "./known-keywords.ts";
import { isRecord } from "./json.ts";

/** Returns one sentence, with its JSON pointer, for each keyword the chain does not know. */
export function unknownKeywords(document: unknown): string[] {
  const found: string[] = [];
  visit(document, "document", "#", found);
  return found;
}

function visit(value: unknown, kind: Kind, pointer: string, found: string[]): void {
  // `additionalProperties: true` and the like are whole schemas.
  if (!isRecord(value) || typeof value["$ref"] === "string") return;
  for (const [key, child] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const holds = knownKeywords[kind][key];
    if (holds === undefined) found.push(`${at}: "${key}" is not a known keyword (${kind})`);
    else visitHeld(child, holds, at, found);
  }
}

function visitHeld(value: unknown, holds: Holds, pointer: string, found: string[]): void {
  if (holds === "data") return;
  if (typeof holds === "string") return visit(value, holds, pointer, found);
  const kind = "map" in holds ? holds.map : holds.list;
  const entries = isRecord(value) || Array.isArray(value) ? Object.entries(value) : [];
  for (const [key, child] of entries) {
    visit(child, kind, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, found);
  }
}

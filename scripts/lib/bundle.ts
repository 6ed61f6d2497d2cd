import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { asRecord, isRecord, type JsonRecord } from "./json.ts";
import { unknownKeywords } from "./keyword-check.ts";
import { fromRoot } from "./root.ts";
import { requireTool } from "./tool.ts";

/** The two root documents of the contract, by file name. */
export const documentNames = ["openapi", "local"] as const;
export type DocumentName = (typeof documentNames)[number];

/** Bundles both root documents, each into one object whose references are all internal. */
export async function bundleDocuments(
  temporaryDirectory: string,
): Promise<Record<DocumentName, JsonRecord>> {
  const roots = documentNames.map((name) => `openapi/${name}.yaml`);
  // Redocly reads its configuration only from the working directory, so this runs at the root.
  await requireTool("redocly", [
    "bundle",
    ...roots,
    "--ext=json",
    `--output=${temporaryDirectory}`,
  ]);
  const [openapi, local] = await Promise.all(
    documentNames.map((name) => readBundle(join(temporaryDirectory, `${name}.json`))),
  );
  if (openapi === undefined || local === undefined) throw new Error("a bundle is missing");
  return { openapi, local };
}

async function readBundle(path: string): Promise<JsonRecord> {
  const document = asRecord(JSON.parse(await readFile(path, "utf8")), path);
  const unknown = unknownKeywords(document);
  if (unknown.length > 0) {
    const list = fromRoot("scripts/lib/known-keywords.ts");
    throw new Error(
      `the contract uses keywords that the chain does not know:\n  ${unknown.join("\n  ")}\n` +
        `Make every part honour them, then add them to ${list}.`,
    );
  }
  return { ...document, components: sortedComponents(asRecord(document["components"], path)) };
}

// Redocly keeps the order of discovery: moving one reference would move whole components.
function sortedComponents(components: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(components).map(([section, members]) => [section, sortedByKey(members)]),
  );
}

function sortedByKey(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, value[key]]));
}

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { bundleDocuments, type DocumentName } from "./bundle.ts";
import {
  documentsSource,
  indexSource,
  operationsSource,
  typescriptHeader,
  yamlHeader,
} from "./contract-sources.ts";
import { describedDocument } from "./described-document.ts";
import { asRecord, type JsonRecord } from "./json.ts";
import { errorStatuses, operationRows } from "./operation-table.ts";
import { resourcesSource } from "./resources-source.ts";
import { requireTool } from "./tool.ts";

const typeFlags = [
  // Otherwise a request property that has a default becomes mandatory.
  "--default-non-nullable=false",
  "--alphabetize",
  "--root-types",
  "--root-types-no-schema-prefix",
];

/** Produces every file of `packages/contract/src`, as a map from file name to text. */
export async function contractFiles(): Promise<Map<string, string>> {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-generate-"));
  try {
    const documents = await bundleDocuments(join(directory, "bundled"));
    const [types, localTypes] = await Promise.all([
      typesSource(directory, "openapi", describedDocument(documents.openapi)),
      typesSource(directory, "local", describedDocument(documents.local)),
    ]);
    const rows = [
      ...operationRows("openapi", documents.openapi),
      ...operationRows("local", documents.local),
    ];
    return new Map([
      ["documents.ts", documentsSource()],
      ["index.ts", indexSource(schemas(documents.openapi), schemas(documents.local))],
      ["local-types.ts", localTypes],
      ["local.json", jsonText(documents.local)],
      ["openapi.json", jsonText(documents.openapi)],
      ["openapi.yaml", yamlHeader + yamlText(documents.openapi)],
      ["operations.ts", operationsSource(rows, errorStatuses(documents.openapi))],
      ["resources.ts", resourcesSource(documents.openapi)],
      ["types.ts", types],
    ]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Writes the files into a directory. */
export async function writeFiles(
  directory: string,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await Promise.all([...files].map(([name, text]) => writeFile(join(directory, name), text)));
}

async function typesSource(
  directory: string,
  name: DocumentName,
  document: JsonRecord,
): Promise<string> {
  const input = join(directory, `${name}.json`);
  const output = join(directory, `${name}.ts`);
  await writeFile(input, jsonText(document));
  // It would read the root's Redocly configuration, which is for another version.
  await requireTool("openapi-typescript", [input, "--output", output, ...typeFlags], directory);
  const text = await readFile(output, "utf8");
  return typescriptHeader + text.replace(/^\/\*\*[\s\S]*?\*\/\s*/, "").replaceAll("\r\n", "\n");
}

function schemas(document: JsonRecord): JsonRecord {
  return asRecord(asRecord(document["components"], "components")["schemas"], "schemas");
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function yamlText(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 100 });
}

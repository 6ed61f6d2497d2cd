import { readdir, readFile } from "node:fs/promises";
import { join, posix, sep } from "node:path";
import { isNode, isPair, LineCounter, parseDocument, type Document as YamlDocument } from "yaml";
import { asRecord, isRecord, type JsonRecord } from "./json.ts";

/** A place in a file; lines and characters count from 0, as in an editor's protocol. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly character: number;
}

export type JsonPath = readonly (string | number)[];

/** A document that was put together from several files, and the way back to them. */
export interface Assembled {
  readonly document: JsonRecord;
  readonly placeOf: (path: JsonPath) => Place;
}

/** All YAML files of the contract's source, parsed once. */
export class ContractTree {
  readonly #files: ReadonlyMap<string, SourceFile>;

  private constructor(files: ReadonlyMap<string, SourceFile>) {
    this.#files = files;
  }

  /** Reads the root documents in a directory, with the paths and components beside them. */
  static async read(directory: string): Promise<ContractTree> {
    const listed = await Promise.all(
      ["", "paths", "components"].map(async (folder) => {
        const names = await readdir(join(directory, folder), { recursive: folder !== "" });
        return names.map((name) => join(folder, name).split(sep).join("/"));
      }),
    );
    const names = listed.flat().filter((name) => name.endsWith(".yaml"));
    const files = await Promise.all(
      names.map(
        async (name) => new SourceFile(name, await readFile(join(directory, name), "utf8")),
      ),
    );
    return new ContractTree(new Map(files.map((file) => [file.name, file])));
  }

  /** What every file says, by its path: the document that the rules of the layout see. */
  get source(): Assembled {
    const entries = Array.from(this.#files, ([name, { value }]) => [name, value]);
    return {
      document: { files: Object.fromEntries(entries) },
      placeOf: ([, name, ...rest]) =>
        this.#files.get(String(name))?.placeOf(rest) ?? { file: "openapi.yaml", ...start },
    };
  }

  /**
   * Puts a root document together: its path items in their places, components below `components`,
   * references between them. A reference that does not follow the layout stays as it is.
   */
  assemble(root: string): Assembled {
    const rootFile = this.#file(root);
    const components: Record<string, Record<string, unknown>> = {};
    const origins = new Map<string, SourceFile>();
    const include = (from: string, reference: string): string => {
      const target = posix.join(posix.dirname(from), reference);
      const match = /^components\/([^/]+)\/([^/]+)\.yaml$/.exec(target);
      const [, section, name] = match ?? [];
      const file = this.#files.get(target);
      if (section === undefined || name === undefined || file === undefined) return reference;
      const members = (components[section] ??= {});
      if (!(name in members)) {
        // First a place, so that a schema may refer to itself.
        members[name] = undefined;
        origins.set(keyOf("components", section, name), file);
        members[name] = rewritten(file.value, (inner) => include(target, inner));
      }
      return `#/components/${section}/${name}`;
    };
    const paths = Object.entries(asRecord(rootFile.value["paths"], "paths")).map(([url, item]) => {
      const reference = isRecord(item) ? item["$ref"] : undefined;
      const file = typeof reference === "string" ? this.#files.get(reference) : undefined;
      if (file === undefined) return [url, item];
      origins.set(keyOf("paths", url), file);
      return [url, rewritten(file.value, (inner) => include(file.name, inner))];
    });
    // What the root document itself lists, such as the kinds of token.
    rewritten(rootFile.value["components"], (reference) => include(root, reference));
    return {
      document: { ...rootFile.value, paths: Object.fromEntries(paths), components },
      placeOf: (path) => placeIn(path, origins, rootFile),
    };
  }

  #file(name: string): SourceFile {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`there is no ${name}`);
    return file;
  }
}

const start = { line: 0, character: 0 };

class SourceFile {
  readonly name: string;
  readonly value: JsonRecord;
  readonly #lines = new LineCounter();
  readonly #document: YamlDocument;

  constructor(name: string, text: string) {
    this.name = name;
    this.#document = parseDocument(text, { lineCounter: this.#lines });
    const [error] = this.#document.errors;
    if (error !== undefined) throw new Error(`${name}: ${error.message}`);
    this.value = asRecord(this.#document.toJS() ?? {}, name);
  }

  /** Where a value stands, or the nearest thing around it that exists. */
  placeOf(path: JsonPath): Place {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#offsetOf(path.slice(0, length));
      if (offset !== undefined) {
        const { line, col } = this.#lines.linePos(offset);
        return { file: this.name, line: line - 1, character: col - 1 };
      }
    }
    return { file: this.name, ...start };
  }

  #offsetOf(path: JsonPath): number | undefined {
    const parent =
      path.length === 1 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
    const last = path.at(-1);
    if (isNode(parent) && "items" in parent && Array.isArray(parent.items)) {
      const pair = parent.items.find((item) => isPair(item) && String(item.key) === String(last));
      if (isPair(pair) && isNode(pair.key)) return pair.key.range?.[0];
    }
    const node = this.#document.getIn(path, true);
    return isNode(node) ? node.range?.[0] : undefined;
  }
}

function placeIn(
  path: JsonPath,
  origins: ReadonlyMap<string, SourceFile>,
  root: SourceFile,
): Place {
  for (const length of [2, 3]) {
    const file = origins.get(keyOf(...path.slice(0, length)));
    if (file !== undefined) return file.placeOf(path.slice(length));
  }
  return root.placeOf(path);
}

function keyOf(...path: JsonPath): string {
  return JSON.stringify(path.map(String));
}

/** A copy with each reference changed. */
function rewritten(value: unknown, change: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => rewritten(item, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      key === "$ref" && typeof child === "string" ? change(child) : rewritten(child, change),
    ]),
  );
}

import { mkdir, rm, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { tsImport } from "tsx/esm/api";
import { fromRoot } from "../../lib/root.ts";
import { runTool, type ToolResult } from "../../lib/tool.ts";

/** Programs by name, in a folder where they find the packages of the workspace. */
export class Programs {
  readonly #folder: string;
  readonly #names: string[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param name tells the folder from those of other tests */
  static async create(name: string): Promise<Programs> {
    const folder = fromRoot(`node_modules/.cache/programs-${name}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/package.json`, '{ "type": "module" }');
    return new Programs(folder);
  }

  async add(name: string, source: string): Promise<void> {
    await writeFile(this.fileOf(name), source);
    this.#names.push(name);
  }

  fileOf(name: string): string {
    return `${this.#folder}/${name}.ts`;
  }

  /** Runs one, in this process, and returns the lines that it logs. */
  async run(name: string): Promise<string> {
    const lines: string[] = [];
    const log = console.log;
    console.log = (...values: unknown[]) => lines.push(format(...values));
    try {
      await tsImport(pathToFileURL(this.fileOf(name)).href, import.meta.url);
    } finally {
      console.log = log;
    }
    return lines.map((line) => `${line}\n`).join("");
  }

  /**
   * Compiles all, as strictly as a careful user would.
   *
   * @param lib what there is at run time
   */
  async compile(lib = ["ES2023"]): Promise<ToolResult> {
    const options = {
      extends: fromRoot("tsconfig.base.json"),
      compilerOptions: {
        composite: false,
        noEmit: true,
        lib,
        // Samples write `process.env.NAME`, as programs do.
        noPropertyAccessFromIndexSignature: false,
        typeRoots: [fromRoot("node_modules/@types")],
      },
      files: this.#names.map((name) => this.fileOf(name)),
    };
    await writeFile(`${this.#folder}/tsconfig.json`, JSON.stringify(options));
    return await runTool("typescript", ["-p", this.#folder]);
  }
}

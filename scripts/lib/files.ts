import { readdir } from "node:fs/promises";
import { fromRoot } from "./root.ts";

/** The files of a folder whose names end so, as paths from the root of the project. */
export async function filesIn(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(fromRoot(folder));
  return names.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
}

import { createWriteStream } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import pMap from "p-map";
import { openDump } from "./dump.ts";
import { databases } from "./platform.ts";

/**
 * Writes a file for each database whose name begins with the prefix, several at a time. Whoever
 * reads a file finds a whole backup in it: it gets its name last.
 *
 * @returns the files, by the names of their databases
 */
export async function backUp(prefix: string, directory: string): Promise<Map<string, string>> {
  await mkdir(directory, { recursive: true });
  const files = await pMap(names(prefix), (name) => backUpOne(name, directory), { concurrency: 4 });
  return new Map(files);
}

async function backUpOne(name: string, directory: string): Promise<[string, string]> {
  const file = join(directory, `${name}.sql`);
  const token = { authorization: "read-only", expiration: "1h" } as const;
  await pipeline(
    await openDump(await databases.connect(name, token)),
    createWriteStream(`${file}.part`),
  );
  if (!(await lastBytes(`${file}.part`, 16)).trimEnd().endsWith("COMMIT;")) {
    throw new Error(`the dump of ${name} was cut short`);
  }
  await rename(`${file}.part`, file);
  return [name, file];
}

async function* names(prefix: string): AsyncGenerator<string> {
  for await (const { Name } of databases.iterate({ limit: 100 })) {
    if (Name.startsWith(prefix)) yield Name;
  }
}

async function lastBytes(path: string, length: number): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const position = Math.max(0, size - length);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

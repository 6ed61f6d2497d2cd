import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, pipeline, run } from "../support/hrana.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await run(world.mine, "CREATE VIRTUAL TABLE docs USING fts5(body)");
  await run(world.mine, "INSERT INTO docs VALUES ('hello')");
});
afterAll(async () => {
  await world.stop();
});

/** Where engine processes are started. */
const bundle = fileURLToPath(new URL("../../bundle/", import.meta.url));
/** The mode of a symbolic link. */
const link = 0o120777;

function text(value: string) {
  return { type: "text", value };
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Ways to have FTS5 order by a function that the statement does not call. */
const ways: Readonly<Record<string, (rank: string) => readonly unknown[]>> = {
  "an argument of the table": (rank) => [
    execute("SELECT rowid, rank FROM docs(?, ?) ORDER BY rank", [text("hello"), text(rank)]),
  ],
  "a condition": (rank) => [
    execute(
      `SELECT rowid, rank FROM docs WHERE docs MATCH 'hello' AND rank MATCH ${quoted(rank)} ORDER BY rank`,
    ),
  ],
  "the table's configuration": (rank) => [
    execute("INSERT INTO docs(docs, rank) VALUES ('rank', ?)", [text(rank)]),
    execute("SELECT rowid, rank FROM docs WHERE docs MATCH 'hello' ORDER BY rank"),
  ],
  "the table of its configuration": (rank) => [
    execute("REPLACE INTO docs_config VALUES ('rank', ?)", [text(rank)]),
    execute("SELECT rowid, rank FROM docs WHERE docs MATCH 'hello' ORDER BY rank"),
  ],
};

describe.each(Object.entries(ways))("a ranking function given by %s", (_, requestsFor) => {
  /** On a connection of its own, so that the numbers that FTS5 passes to the function begin anew. */
  async function rank(by: string): Promise<string> {
    const requests = Array.from({ length: 12 }, () => requestsFor(by)).flat();
    const { body } = await pipeline(world.mine, [
      execute("PRAGMA foreign_keys = 1"),
      execute("BEGIN"),
      ...requests,
      execute("ROLLBACK"),
      { type: "close" },
    ]);
    return JSON.stringify(body);
  }

  it("reads no file, and writes none", async () => {
    const target = join(world.directory, "new");
    await rank(`writefile('${target}', ${link})`);
    await rank("writefile('written by a tenant')");
    await rank("writefile('written by a tenant', 420)");
    expect(existsSync(target)).toBe(false);
    await rank(`writefile('${world.secretFile}', ${link})`);
    expect(world.isLeak(await rank("readfile()"))).toBe(false);
    expect(readdirSync(bundle).filter((name) => /^\d/.test(name))).toEqual([]);
    expect(await run(world.mine, "SELECT 1")).not.toHaveProperty("code");
  });
});

import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fromRoot } from "../../../../scripts/lib/root.ts";
import { type Sqld, sqldProgram, startSqld } from "../../../../scripts/lib/sqld.ts";
import { TestServer } from "../support/server.ts";
import { compare, type Mismatch } from "./compare.ts";
import { differences } from "./differences.ts";
import { type Peer, readCursor, runScript } from "./peer.ts";
import { script, type Step } from "./scripts.ts";
import { anyValue } from "./values.ts";
import { wrongText } from "./wrong-texts.ts";

/**
 * The same scripts each time, so that a change is not blamed for what others found: `SQLD_RUNS=2000`
 * looks further, for others each time. fast-check prints the seed of a run that fails.
 */
const chosenRuns = process.env["SQLD_RUNS"];
const numRuns = Number(chosenRuns ?? 70);
const seed = chosenRuns === undefined ? { seed: 2_403_285 } : {};

let server: TestServer;
let ours: Peer;
let sqld: Sqld | undefined;
let reasonToSkip = "sqld is not built for this platform";
beforeAll(async () => {
  server = await TestServer.start({ engineProcesses: 2 });
  ours = await server.createDatabase();
  try {
    const program = await sqldProgram();
    if (program !== undefined) sqld = await startSqld(program);
  } catch (error) {
    reasonToSkip = `sqld cannot be fetched or started: ${String(error)}`;
  }
  const isNeeded = process.env["CI"] !== undefined && process.platform === "linux";
  if (isNeeded && process.arch === "x64" && sqld === undefined) throw new Error(reasonToSkip);
}, 120_000);
afterAll(async () => {
  await server.stop();
  await sqld?.stop();
});
beforeEach((context) => {
  if (sqld === undefined) context.skip(reasonToSkip);
});

async function difference(steps: readonly Step[]): Promise<Mismatch | undefined> {
  if (sqld === undefined) throw new Error(reasonToSkip);
  const theirs = await runScript(sqld, steps);
  return compare(steps, await runScript(ours, steps), theirs);
}

function writes(...requests: Step["requests"]): Step[] {
  return [{ stream: "writer", version: 3, requests }];
}

describe("like sqld, the data plane", () => {
  it("runs scripts of statements, batches, sequences and transactions", async () => {
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        expect(await difference(steps)).toBeUndefined();
      }),
      { numRuns, ...seed },
    );
  }, 600_000);

  it("keeps values of each type, in columns of each type", async () => {
    const columns = "i INTEGER, r REAL, t TEXT, b BLOB, n NUMERIC, x";
    await fc.assert(
      fc.asyncProperty(fc.array(anyValue, { minLength: 1, maxLength: 10 }), async (values) => {
        const rows = values.map((value): Step["requests"][number] => ({
          type: "execute",
          stmt: {
            sql: "INSERT INTO w VALUES (?1, ?1, ?1, ?1, ?1, ?1) RETURNING ?1, typeof(?1), quote(?1)",
            args: [value],
          },
        }));
        const steps = writes(
          { type: "sequence", sql: `CREATE TABLE w (${columns})` },
          ...rows,
          { type: "execute", stmt: { sql: "SELECT * FROM w" } },
          { type: "execute", stmt: { sql: "SELECT typeof(i), typeof(r), typeof(n) FROM w" } },
        );
        expect(await difference(steps)).toBeUndefined();
      }),
      { numRuns: Math.ceil(numRuns / 2), ...seed },
    );
  }, 600_000);

  it("refuses texts that are not one statement, or one that is not available", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wrongText, { minLength: 5, maxLength: 5 }), async (texts) => {
        const requests = texts.map((sql): Step["requests"][number] => ({
          type: "execute",
          stmt: { sql },
        }));
        expect(await difference(writes(...requests))).toBeUndefined();
      }),
      { numRuns: Math.ceil(numRuns / 2), ...seed },
    );
  }, 600_000);
});

describe("like sqld, a cursor", () => {
  it.each([
    ["rows, and none", ["SELECT 1 AS a UNION ALL SELECT 2", "SELECT 1 AS a WHERE 0"]],
    ["changes", ["CREATE TABLE w (a UNIQUE)", "INSERT INTO w VALUES (1)", "DELETE FROM w"]],
    [
      "rows that changes return",
      ["CREATE TABLE w (a)", "INSERT INTO w VALUES (1), (2) RETURNING a"],
    ],
    ["a statement that is none", ["SELECT 1", "SELECT broken", "SELECT 2"]],
    [
      "a statement that fails when it runs",
      ["SELECT abs(-9223372036854775807 - 1) AS a", "SELECT 2"],
    ],
    ["a constraint", ["CREATE TABLE w (a NOT NULL)", "INSERT INTO w VALUES (NULL)", "SELECT 2"]],
    ["values that are missing", ["SELECT ? AS a", "SELECT 2"]],
  ])("tells of %s", async (_, statements) => {
    if (sqld === undefined) throw new Error(reasonToSkip);
    await Promise.all([runScript(ours, []), runScript(sqld, [])]);
    expect(await readCursor(ours, statements)).toEqual(await readCursor(sqld, statements));
  });
});

describe("a known difference from sqld", () => {
  it.each(differences)(
    "is there still, and is documented: $subject",
    async ({ subject, example }) => {
      if (sqld === undefined) throw new Error(reasonToSkip);
      const theirs = await runScript(sqld, example);
      expect(await runScript(ours, example)).not.toEqual(theirs);
      const documented = await readFile(fromRoot("docs/differences.md"), "utf8");
      const row = documented.split("\n").find((line) => line.startsWith(`| ${subject} `));
      expect(row ?? `no row for ${subject}`).toContain("test/sqld");
    },
  );
});

import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { LargeReplyReader } from "../../src/engine/large-reply-reader.ts";
import { placeLength, places, shortestLarge } from "../../src/engine/wire/large-replies.ts";
import { replyKind } from "../../src/engine/wire/frames.ts";
import { LargeReplies } from "../../src/engine-process/files/large-replies.ts";
import { run } from "../support/hrana.ts";
import { engineProcesses, killHard, openFiles } from "../support/processes.ts";
import { TestServer } from "../support/server.ts";

const large = "x".repeat(shortestLarge);

/** Both sides of one file, as two processes have it. */
class Both {
  readonly #reader = new LargeReplyReader();
  readonly replies = new LargeReplies(this.descriptor);

  get descriptor(): number {
    const { stdio } = this.#reader;
    if (stdio === "ignore") throw new Error("There is no file");
    return stdio;
  }

  read(stored: ReturnType<LargeReplies["leave"]>): string | undefined {
    if (stored === undefined) return undefined;
    return this.#reader.read({ kind: replyKind.whole, ...stored })?.toString();
  }

  close(): void {
    this.#reader.close();
  }
}

describe("a file of large replies", () => {
  let both: Both;
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "logicaldb-large-"));
    vi.stubEnv("TMPDIR", directory);
    both = new Both();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    both.close();
    rmSync(directory, { recursive: true });
  });

  it("has no name", () => {
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    ["text", `${large}ä€🦀`],
    ["bytes", Buffer.from(large)],
    ["texts that follow each other", [large, "ä", large, ""]],
    ["as much as there is room for", "y".repeat(placeLength)],
  ])("gives back what was left in it: %s", (_what, body) => {
    const expected = Array.isArray(body) ? body.join("") : String(body);
    expect(both.read(both.replies.leave(body))).toBe(expected);
  });

  it.each([
    ["is longer than a place", "y".repeat(placeLength + 1)],
    ["turns out to be longer when it is written", "ä".repeat(placeLength / 2 + 1)],
  ])("leaves to the pipe what %s", (_why, body) => {
    expect(both.replies.leave(body)).toBeUndefined();
    // And no place is lost by it.
    for (let place = 0; place < places; place++) {
      expect(both.replies.leave(large)).toBeDefined();
    }
  });

  it("keeps several until they are taken, and has no room for more", () => {
    const texts = Array.from({ length: places }, (_, index) => String(index) + large);
    const stored = texts.map((text) => both.replies.leave(text));
    expect(both.replies.leave(large)).toBeUndefined();
    expect(stored.map((each) => both.read(each))).toEqual(texts);
    both.replies.taken(stored[3]?.place ?? NaN);
    const next = both.replies.leave(`next${large}`);
    expect(next?.place).toBe(stored[3]?.place);
    expect(both.read(next)).toBe(`next${large}`);
  });

  it("has nothing where nothing was left", () => {
    expect(both.read({ place: 0, length: 1 })).toBeUndefined();
    const missing = new LargeReplyReader();
    missing.close();
    expect(missing.read({ kind: replyKind.whole, place: 0, length: 1 })).toBeUndefined();
  });

  it("is not used where it cannot be written to", () => {
    const readOnly = openSync(fileURLToPath(import.meta.url), "r");
    expect(new LargeReplies(readOnly).leave(large)).toBeUndefined();
    closeSync(readOnly);
  });

  it("is not used where there is none", () => {
    const nothing = openSync(devNull, "w");
    expect(new LargeReplies(nothing).leave(large)).toBeUndefined();
    closeSync(nothing);
    vi.stubEnv("TMPDIR", join(directory, "missing"));
    expect(new LargeReplyReader().stdio).toBe("ignore");
  });
});

describe("large replies", () => {
  const text = (index: number) => `${index}${large}`;
  const sql = "SELECT ? || replace(hex(zeroblob(?)), '00', 'x') AS a";
  const args = (index: number) => [
    { type: "text", value: String(index) },
    { type: "integer", value: String(large.length) },
  ];

  it("are whole or may be tried again, however often the process is killed", async () => {
    const directory = mkdtempSync(join(tmpdir(), "logicaldb-large-"));
    vi.stubEnv("TMPDIR", directory);
    const server = await TestServer.start({ dataDir: join(directory, "data") });
    const database = await server.createDatabase();
    let isKilling = true;
    onTestFinished(() => void (isKilling = false));
    const outcomes = new Set<string>();
    const readers = Array.from({ length: 2 * places }, async (_, index) => {
      while (isKilling) {
        const { rows, code } = await run(database, sql, args(index));
        const isWhole = rows?.[0][0].value === text(index);
        outcomes.add(isWhole ? "whole" : (code ?? "spoiled"));
      }
    });
    for (let kills = 0; kills < 3; kills++) {
      outcomes.clear();
      await expect.poll(() => outcomes.has("whole")).toBe(true);
      // There may be none at the moment, or none with a request.
      const isNoticed = () => {
        if (!outcomes.has("ENGINE_RESTARTED")) killHard(engineProcesses(process.pid));
        return outcomes.has("ENGINE_RESTARTED");
      };
      await expect.poll(isNoticed).toBe(true);
    }
    isKilling = false;
    await Promise.all(readers);
    await server.stop();
    vi.unstubAllEnvs();
    // The files of those that were killed are let go, too.
    const isLinux = process.platform === "linux";
    const left = isLinux ? openFiles(process.pid, directory) : [];
    // What the store has open goes with the garbage.
    expect(left.filter((path) => !path.includes("store.db"))).toEqual([]);
    rmSync(directory, { recursive: true });
    expect(outcomes).toEqual(new Set(["whole", "ENGINE_RESTARTED"]));
  });

  it("come through the pipe where there is no file", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "logicaldb-pipe-"));
    vi.stubEnv("TMPDIR", join(dataDir, "missing"));
    const server = await TestServer.start({ dataDir });
    vi.unstubAllEnvs();
    const database = await server.createDatabase();
    const results = await Promise.all(
      Array.from({ length: 2 * places }, (_, index) => run(database, sql, args(index))),
    );
    expect(results.map(({ rows }) => rows[0][0].value)).toEqual(
      results.map((_, index) => text(index)),
    );
    await server.stop();
    rmSync(dataDir, { recursive: true });
  });
});

import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { callApi } from "../support/api.ts";
import { run, values } from "../support/hrana.ts";
import { TestServer, type TestDatabase } from "../support/server.ts";

const isRoot = process.getuid?.() === 0;
const directory = mkdtempSync(join(tmpdir(), "logicaldb-full-"));
const refusal = mount();

/** Puts a disk of 8 MB, in memory, at `directory`; why not, where that is not possible. */
function mount(): string | undefined {
  if (process.platform !== "linux") return "only Linux has tmpfs";
  if (!isRoot) return "mounting needs root";
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", directory], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    const reason = `this system does not let root mount a tmpfs: ${String(error)}`;
    if (process.env["CI"] !== undefined) throw new Error(reason, { cause: error });
    return reason;
  }
}

afterAll(() => {
  if (refusal === undefined) execFileSync("umount", ["-l", directory]);
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(refusal !== undefined)(
  `a full disk${refusal === undefined ? "" : ` (${refusal})`}`,
  () => {
    let server: TestServer;
    let database: TestDatabase;
    let unused: TestDatabase;
    const options = { dataDir: join(directory, "data") };
    const reserve = join(options.dataDir, "store.reserve");
    const stored: string[] = [];
    const filler = join(directory, "filler");

    beforeAll(async () => {
      // Large replies lie there on their way, too.
      vi.stubEnv("TMPDIR", directory);
      server = await TestServer.start(options);
      vi.unstubAllEnvs();
      database = await server.createDatabase();
      unused = await server.createDatabase();
      await server.must("POST", "/databases", { name: "empty" });
      await run(database, "CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
    });
    afterAll(async () => {
      await server.stop();
    });

    /** Inserts a row of 100 kB; its outcome. */
    // oxlint-disable-next-line typescript/no-explicit-any -- tests read what the assertions then check
    async function insert(): Promise<any> {
      return await run(database, "INSERT INTO t (b) VALUES (zeroblob(100000)) RETURNING a");
    }

    /** Takes whatever room there is. */
    function fill(): void {
      for (let size = 2 ** 16; size >= 1; size /= 2) {
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(size));
        } catch {
          // Less than that is left.
        }
      }
    }

    it("lets writes fail with SQLITE_FULL, and loses none that it acknowledged", async () => {
      // Nearly all there is, so that few rows fill the rest.
      writeFileSync(filler, Buffer.alloc(5_000_000));
      let outcome = await insert();
      for (; outcome.rows !== undefined && stored.length < 100; outcome = await insert()) {
        stored.push(String(values(outcome)[0]?.[0]));
      }
      expect(outcome).toMatchObject({ code: "SQLITE_FULL" });
      expect(stored.length).toBeGreaterThan(0);
      expect(await insert()).toMatchObject({ code: "SQLITE_FULL" });
    });

    it("lets reads go on, and nothing is corrupted", async () => {
      expect(values(await run(database, "SELECT a FROM t")).flat()).toEqual(stored);
      const large = values(await run(database, "SELECT b FROM t"));
      expect(large).toEqual(stored.map(() => [expect.stringMatching(/^A{133334}$/)]));
      expect(values(await run(database, "PRAGMA integrity_check"))).toEqual([["ok"]]);
    });

    it("lets the server start again and serve what it has", async () => {
      for (let start = 0; start < 2; start++) {
        const { port } = new URL(server.url);
        const { token } = server;
        await server.stop();
        fill();
        server = await TestServer.start({ ...options, port: Number(port), token });
        expect(values(await run(database, "SELECT a FROM t")).flat()).toEqual(stored);
      }
      expect(await insert()).toMatchObject({ code: "SQLITE_FULL" });
    });

    it("lets tokens be invalidated again and again, though others take the room at once", async () => {
      for (let round = 0; round < 5; round++) {
        await server.must("POST", `/databases/${unused.name}/auth/rotate`);
        fill();
      }
    });

    it("says that there is no room for what is to be created", async () => {
      const whole = statSync(reserve).size;
      const full = { status: 507, body: { code: "disk_full" } };
      const instance = { location: "local" };
      expect(await server.api("POST", "/databases", { name: "no-room" })).toMatchObject(full);
      expect(await server.api("POST", "/databases/empty/instances", instance)).toMatchObject(full);
      const token = "/v1/auth/api-tokens/no-room";
      expect(await callApi(server, "POST", token)).toMatchObject(full);
      expect(statSync(reserve).size).toBe(whole);
    });

    it("lets a database be destroyed", async () => {
      const whole = statSync(reserve).size;
      expect((await server.api("DELETE", `/databases/${unused.name}`)).status).toBe(200);
      expect(statSync(reserve).size).toBeLessThanOrEqual(whole);
    });

    it("lets writes work again when there is room", async () => {
      rmSync(filler);
      for (let index = 0; index < 5; index++) {
        stored.push(String(values(await insert())[0]?.[0]));
      }
      expect(values(await run(database, "SELECT a FROM t")).flat()).toEqual(stored);
      expect(values(await run(database, "PRAGMA integrity_check"))).toEqual([["ok"]]);
      expect((await server.api("POST", "/databases", { name: "room" })).status).toBe(200);
      expect(statSync(reserve).size).toBeGreaterThan(900_000);
    });
  },
);

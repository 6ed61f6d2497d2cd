import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { callApi } from "../support/api.ts";
import { Command, end, type Started } from "../support/command.ts";

const command = new Command();
const storeFiles = ["store.db", "store.db-wal", "store.db-shm"];

/** What the system lets whom do with a file or a directory of the data directory. */
const modeOf = (...path: string[]) =>
  statSync(join(command.directory, "data", ...path)).mode & 0o777;

async function start(): Promise<Started> {
  return await command.start(["--data-dir", "data"]);
}

async function createDatabase(server: Started, name: string): Promise<void> {
  const databases = "/v1/organizations/local/databases";
  await callApi(server, "POST", databases, { name });
  const instances = `${databases}/${name}/instances`;
  const { status } = await callApi(server, "POST", instances, { location: "local" });
  expect(status).toBe(200);
}

describe.skipIf(process.platform === "win32")(
  "what has keys or data in it is for its owner alone",
  () => {
    it("where the data directory is new", async () => {
      await start();
      for (const path of [".", "databases"]) expect(modeOf(path)).toBe(0o700);
      for (const file of storeFiles) expect(modeOf(file)).toBe(0o600);
    });

    it("where its directories were there before", async () => {
      for (const path of ["data", "data/databases"]) mkdirSync(join(command.directory, path));
      await start();
      for (const file of storeFiles) expect(modeOf(file)).toBe(0o600);
      expect(modeOf("databases")).toBe(0o700);
    });

    it("where its files have been open to others", async () => {
      await end((await start()).child, "SIGKILL");
      for (const file of storeFiles) chmodSync(join(command.directory, "data", file), 0o644);
      await start();
      for (const file of storeFiles) expect(modeOf(file)).toBe(0o600);
    });

    it("in the files of databases, and in those that wait for one", async () => {
      const server = await start();
      const folder = join(command.directory, "data", "databases");
      const files = () =>
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((each) => each.isFile())
          .map(({ parentPath, name }) => join(parentPath, name));
      await createDatabase(server, "first");
      // The next ones take the place of files that were made in the meantime.
      await expect.poll(() => files().filter((path) => path.includes("spare"))).toHaveLength(12);
      await createDatabase(server, "second");
      const modes = files().map((path) => (statSync(path).mode & 0o777).toString(8));
      expect(modes.length).toBeGreaterThan(12);
      expect(new Set(modes)).toEqual(new Set(["600"]));
    });
  },
);

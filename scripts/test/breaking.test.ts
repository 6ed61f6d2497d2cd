import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  compareBundles,
  currentBundle,
  isAnnounced,
  lastRelease,
  recordRelease,
} from "../lib/breaking.ts";
import { fromRoot } from "../lib/root.ts";

describe("a change of the contract", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "logicaldb-breaking-"));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  // The canary: a configuration without `diff-recommended` rates all of these as harmless.
  test("is breaking where it takes away what clients use", async () => {
    const released = await changed("released.json", ({ info }) => (info.version = "0.4.1"));
    const bundle = await changed("broken.json", (contract) => {
      delete contract.paths["/v1/locations"];
      const query = { name: "region", in: "query", required: true, schema: { type: "string" } };
      contract.paths["/v1/organizations"].get.parameters = [query];
      contract.components.schemas.DatabaseImage.enum = ["latest"];
      contract.info.version = "0.4.9";
    });
    const comparison = await compareBundles(released, bundle);
    expect(new Set(comparison.breaking.map((line) => line.split(":")[0]))).toEqual(
      new Set(["enum-values-removed", "parameter-became-required", "path-removed"]),
    );
    expect(comparison).toMatchObject({ current: "0.4.9", needed: "0.5.0" });
    expect(isAnnounced(comparison)).toBe(false);
    expect(isAnnounced({ ...comparison, current: "0.5.0" })).toBe(true);
  });

  test("needs a major version from 1.0.0 on", async () => {
    const stable = await changed("stable.json", ({ info }) => (info.version = "1.4.2"));
    const broken = await changed("removed.json", (contract) => {
      delete contract.paths["/v1/locations"]?.get;
      contract.info.version = "1.5.0";
    });
    const comparison = await compareBundles(stable, broken);
    expect(comparison).toMatchObject({ released: "1.4.2", needed: "2.0.0" });
    expect(isAnnounced(comparison)).toBe(false);
  });

  test("makes the command fail and say how to go on", async () => {
    const bundle = await changed("command.json", ({ info, paths }) => {
      info.version = "0.0.1";
      delete paths["/v1/locations"];
    });
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", fromRoot("scripts/check-breaking.ts"), "--bundle", bundle],
      { cwd: fromRoot(""), encoding: "utf8" },
    );
    expect(stderr).toContain("path-removed: Path `/v1/locations` was removed.");
    expect(stderr).toMatch(/set info\.version in openapi\/openapi\.yaml to [\d.]+ or higher/);
    expect(status).toBe(1);
  });

  test("cannot be released under a version that was released before", async () => {
    const releases = await mkdtemp(join(directory, "releases-"));
    const first = await changed("first.json", ({ info }) => (info.version = "0.9.0"));
    const tenth = await changed("tenth.json", ({ info }) => (info.version = "0.10.0"));
    await recordRelease(tenth, releases);
    await recordRelease(first, releases);
    await recordRelease(first, releases);
    expect(await lastRelease(releases)).toBe(join(releases, "0.10.0.json"));
    const other = await changed("other.json", ({ info }) => {
      info.version = "0.9.0";
      info.title = "Another";
    });
    await expect(recordRelease(other, releases)).rejects.toThrow("raise info.version");
    expect(await readdir(releases)).toHaveLength(2);
  });

  async function changed(name: string, change: (contract: Contract) => unknown): Promise<string> {
    const contract: Contract = JSON.parse(await readFile(currentBundle, "utf8"));
    change(contract);
    const path = join(directory, name);
    await writeFile(path, JSON.stringify(contract));
    return path;
  }
});

/** The parts of the bundle that these tests damage. */
interface Contract {
  info: { title: string; version: string };
  paths: {
    "/v1/locations"?: { get?: object };
    "/v1/organizations": { get: { parameters?: object[] } };
  };
  components: { schemas: { DatabaseImage: { enum: string[] } } };
}

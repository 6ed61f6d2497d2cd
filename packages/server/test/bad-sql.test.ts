import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { callApi } from "./support/api.ts";
import { run, values } from "./support/hrana.ts";
import { createShop, untilKept } from "./support/kept.ts";
import { type TestDatabase, useServer } from "./support/server.ts";

const server = useServer({ engineProcesses: 2, statementTimeout: 2_000 });
let shop: TestDatabase;
beforeAll(async () => {
  shop = await createShop(server);
});
afterEach(async () => {
  await untilKept(shop);
});

describe("as SQL", () => {
  it.each([
    ["", "SQL_NO_STATEMENT"],
    ["  -- nothing", "SQL_NO_STATEMENT"],
    ["SELECT 1; SELECT 2", "SQL_MANY_STATEMENTS"],
    ["SELEKT 1", "SQL_PARSE_ERROR"],
    ["SELECT * FROM nowhere", "SQLITE_UNKNOWN"],
    ["ATTACH 'other.db' AS o", "SQL_PARSE_ERROR"],
    ["VACUUM INTO 'copy.db'", "SQL_PARSE_ERROR"],
    ["SELECT readfile('/etc/passwd')", "SQL_PARSE_ERROR"],
    [`SELECT "readfile"('/etc/passwd')`, "SQL_PARSE_ERROR"],
    ["SELECT [readfile]('/etc/passwd')", "SQL_PARSE_ERROR"],
    ["SELECT `readfile`('/etc/passwd')", "SQL_PARSE_ERROR"],
    ["SELECT ReadFile/**/('/etc/passwd')", "SQL_PARSE_ERROR"],
  ])("%j is refused", async (sql, code) => {
    const result = await run(shop, sql);
    expect(result.code).toBe(code);
    expect(result.message).toMatch(/\w/);
    expect(JSON.stringify(result)).not.toContain("root:");
  });

  it("text that the native binding would not survive fails its statement", async () => {
    const result = await run(shop, "SELECT CAST(x'ff41' AS TEXT)");
    expect(result).toMatchObject({ code: "TEXT_NOT_UTF8" });
    expect((await callApi(server, "GET", "/_local/health")).status).toBe(200);
  });

  it("what never ends is stopped, and other databases answer meanwhile", async () => {
    const other = await server.createDatabase("other");
    const outcomes: string[] = [];
    const endless = run(
      shop,
      "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
    ).then(({ code }) => outcomes.push(code));
    await run(other, "SELECT 1");
    expect(values(await run(other, "SELECT 2"))).toEqual([["2"]]);
    expect(outcomes).toEqual([]);
    await endless;
    expect(outcomes).toEqual(["STATEMENT_TIMEOUT"]);
    await server.must("DELETE", "/databases/other");
  });
});

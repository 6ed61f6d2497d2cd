import fc from "fast-check";
import { expect, test } from "vitest";
import { writeCursor } from "../../../src/platform/cursor.ts";
import { createHarness } from "../harness.ts";
import type { Harness } from "../harness.ts";

async function names(api: Harness, query: Record<string, string> = {}) {
  const { databases, pagination } = await api.ok("listDatabases", { query });
  return { names: databases.map((database) => database.Name), next: pagination?.next };
}

test("lists everything by name, without pagination, when no limit is given", async () => {
  const api = await createHarness();
  for (const name of ["b", "a-1", "a", "0"]) await api.createDatabase(name);
  await api.createDatabase("c", "ord", "ams");
  expect(await names(api)).toEqual({ names: ["0", "a", "a-1", "b", "c"], next: undefined });
  const { databases } = await api.ok("listDatabases");
  expect(databases.at(-1)).toMatchObject({ regions: ["ord", "ams"], primaryRegion: "ord" });
});

test("an organization without databases has an empty list and a last page", async () => {
  const api = await createHarness();
  expect(await names(api)).toEqual({ names: [], next: undefined });
  expect(await names(api, { limit: "1" })).toEqual({ names: [], next: null });
});

test("shows only the databases of the organization", async () => {
  const api = await createHarness();
  const token = await api.addAccount("ada");
  await api.createDatabase("mine");
  expect(await api.ok("listDatabases", { path: { org_slug: "ada" }, token })).toEqual({
    databases: [],
  });
});

test("pages end exactly where the databases do", async () => {
  const api = await createHarness();
  for (const name of ["a", "b", "c", "d"]) await api.createDatabase(name);
  const first = await names(api, { limit: "2" });
  expect(first).toEqual({ names: ["a", "b"], next: writeCursor("b") });
  const second = await names(api, { limit: "2", cursor: first.next ?? "" });
  expect(second).toEqual({ names: ["c", "d"], next: null });
  expect(await names(api, { cursor: writeCursor("c") })).toMatchObject({ names: ["d"] });
});

test("a database that exists throughout is listed exactly once, whatever comes and goes", async () => {
  const step = fc.record({
    limit: fc.integer({ min: 1, max: 5 }),
    create: fc.array(fc.stringMatching(/^[a-z]{1,2}$/), { maxLength: 3 }),
    destroy: fc.array(fc.nat(), { maxLength: 2 }),
  });
  const plan = fc.record({
    lasting: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 12 }),
    steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ lasting, steps }) => {
      const api = await createHarness();
      const passing = new Set<string>();
      for (const name of lasting) await api.createDatabase(name);

      const listed: string[] = [];
      let cursor: string | null | undefined;
      for (let turn = 0; cursor !== null; turn += 1) {
        const { limit, create, destroy } = steps[turn % steps.length] ?? {
          limit: 1,
          create: [],
          destroy: [],
        };
        const page = await names(api, {
          limit: String(limit),
          ...(cursor === undefined ? {} : { cursor }),
        });
        listed.push(...page.names);
        cursor = page.next;
        for (const name of turn < 12 ? create : []) {
          if (lasting.includes(name) || passing.has(name)) continue;
          await api.createDatabase(name);
          passing.add(name);
        }
        for (const index of destroy) {
          const name = [...passing][index % Math.max(1, passing.size)];
          if (name === undefined) continue;
          await api.ok("destroyDatabase", { path: { db_name: name } });
          passing.delete(name);
        }
      }
      expect(listed.toSorted()).toEqual(listed);
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed).toEqual(expect.arrayContaining(lasting));
    }),
    { numRuns: 15 },
  );
});

test.each([
  ["limit=0", "limit must be at least 1, not 0"],
  ["limit=1001", "limit must be at most 1000, not 1001"],
  ["limit=ten", 'limit must be an integer, not "ten"'],
  ["limit=1.5", 'limit must be an integer, not "1.5"'],
  ["limit=0x10", 'limit must be an integer, not "0x10"'],
  ["limit=1e1", 'limit must be an integer, not "1e1"'],
  ["limit=%2010", 'limit must be an integer, not " 10"'],
  ["limit=%2B5", 'limit must be an integer, not "+5"'],
  ["limit=10.0", 'limit must be an integer, not "10.0"'],
  ["limit=-5", "limit must be at least 1, not -5"],
  ["limit=", 'limit must be an integer, not ""'],
  ["limit=1&limit=2", "limit must be an integer, not a list: give it once"],
  [
    "cursor=%21%21",
    "cursor must be the pagination.next of an earlier page; leave it out to start over",
  ],
  [
    "cursor=YQ==",
    "cursor must be the pagination.next of an earlier page; leave it out to start over",
  ],
  [
    "cursor=Li4",
    "cursor must be the pagination.next of an earlier page; leave it out to start over",
  ],
  ["cursor=", "cursor must not be empty"],
])("refuses ?%s", async (query, message) => {
  const api = await createHarness();
  const response = await api.app.inject({
    url: `/v1/organizations/local/databases?${query}`,
    headers: { authorization: `Bearer ${api.token}` },
  });
  expect(response.statusCode).toBe(400);
  expect(response.json()).toEqual({ error: message, code: "invalid_input" });
});

test("ignores query parameters that it does not know", async () => {
  const api = await createHarness();
  expect(await names(api, { group: "default" })).toEqual({ names: [], next: undefined });
});

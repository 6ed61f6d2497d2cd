import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { createHarness, listen } from "./harness.ts";

test.each([
  "application/json",
  "text/plain;charset=UTF-8",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "nonsense",
  ";;;",
  "",
])("reads JSON when the content type is %j", async (type) => {
  const api = await createHarness();
  const { database } = await api.ok("createDatabase", {
    body: '{"name": "shop"}',
    headers: { "content-type": type },
  });
  expect(database.Name).toBe("shop");
});

test.each([
  [{ NAME: "shop" }, "shop"],
  [{ Name: "shop", extra: { deep: [1] }, group: null }, "shop"],
  ['{"Name": "other", "name": "shop"}', "shop"],
  ['{"name": "shop", "NAME": "other"}', "shop"],
  ['{"__proto__": {"name": "evil"}, "constructor": 1, "name": "shop"}', "shop"],
  ['\uFEFF {"name": "shop"}\n', "shop"],
])("takes the fields it knows from %j", async (body, name) => {
  const api = await createHarness();
  expect((await api.ok("createDatabase", { body })).database.Name).toBe(name);
});

test.each([
  ["{", "not valid JSON"],
  ["{name: 'shop'}", "not valid JSON"],
  ["name=shop", "not valid JSON"],
  ["[]", "not a JSON object"],
  ["null", "not a JSON object"],
  ['"shop"', "not a JSON object"],
  ["[".repeat(100_000), "not valid JSON"],
  [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), "not UTF-8"],
])("refuses a body that is no JSON object", async (body, message) => {
  const api = await createHarness();
  expect(await api.refused("createDatabase", { body })).toMatchObject({
    status: 400,
    code: "malformed_json",
    error: expect.stringContaining(message),
  });
});

test.each([
  [undefined, "name is required"],
  ["", "name is required"],
  ["  \n", "name is required"],
  [{}, "name is required"],
  [{ name: null }, "name must be a string, not null"],
  [{ name: 7 }, "name must be a string, not 7"],
  [{ name: ["shop"] }, "name must be a string"],
  [{ name: "shop", image: null }, "image must be"],
])("refuses the fields of %j", async (body, message) => {
  const api = await createHarness();
  expect(await api.refused("createDatabase", { body })).toMatchObject({
    status: 400,
    code: "invalid_input",
    error: expect.stringContaining(message),
  });
});

test("an operation without a body ignores what is sent", async () => {
  const api = await createHarness();
  const path = { db_name: "shop" };
  await api.createDatabase("shop", "ord");
  await api.ok("updateDatabase", { path, body: "{" });
  await api.ok("invalidateDatabaseTokens", { path, body: "[1,2" });
  await api.ok("mintApiToken", { path: { token_name: "ci" }, body: Buffer.from([0xff]) });
  await api.ok("destroyDatabase", { path, body: "junk", headers: { "content-type": "x" } });
});

test("a body over the limit is refused, one at the limit is not", async () => {
  const api = await createHarness({ bodyLimit: 100 });
  const body = (length: number) => `{"name": "shop"}`.padEnd(length, " ");
  expect(await api.refused("createDatabase", { body: body(101) })).toMatchObject({
    status: 413,
    code: "body_too_large",
    error: "the request body is over 100 bytes",
  });
  await api.ok("createDatabase", { body: body(100) });
});

test("the limit is 1 MiB unless said otherwise", async () => {
  const api = await createHarness();
  const body = (length: number) => '{"name": "shop"}'.padEnd(length, " ");
  expect(await api.refused("createDatabase", { body: body(1024 * 1024 + 1) })).toMatchObject({
    code: "body_too_large",
  });
  await api.ok("createDatabase", { body: body(1024 * 1024) });
});

test("a caller that hangs up in the middle of its body is no failure of the server", async () => {
  const api = await createHarness();
  const { server, port } = await listen(api.platformOptions);
  const socket = connect(port, "127.0.0.1");
  socket.write(
    `POST /v1/organizations/local/databases HTTP/1.1\r\nHost: localhost\r\n` +
      `Authorization: Bearer ${api.token}\r\nContent-Length: 100\r\n\r\n{"name": "shop"`,
  );
  const [, response] = await once(server, "request");
  socket.destroy();
  await once(response, "close");
  expect(api.log).toEqual([]);
  expect(await api.ok("listDatabases")).toEqual({ databases: [] });
});

import { expect, test } from "vitest";
import { Addressing } from "../../src/gateway/addressing.ts";

const addressing = new Addressing("path", "127.0.0.1:8080");

test.each([
  ["a path below the database", "/notes-local/v2/pipeline", "/v2/pipeline"],
  ["a slash behind the Hostname, which ends in one", "/notes-local//v2/pipeline", "/v2/pipeline"],
  ["many slashes, a query", "/notes-local///dump?x=//", "/dump"],
  ["the Hostname itself", "/notes-local/", "/"],
  ["the Hostname without its slash", "/notes-local", "/"],
])("finds the database of %s", (_what, url, path) => {
  const found = { kind: "database", label: "notes-local", path };
  expect(addressing.locate("127.0.0.1:8080", url)).toEqual(found);
});

test.each([
  ["http://127.0.0.1:8080/notes-local/v2/pipeline?a", "other", "/v2/pipeline"],
  ["HTTP://notes-local.localhost:8080/dump", "127.0.0.1:8080", "/dump"],
  ["http://notes-local.localhost", undefined, "/"],
])("finds the database of a target that is a whole URL, %s", (url, host, path) => {
  expect(addressing.locate(host, url)).toEqual({ kind: "database", label: "notes-local", path });
});

test.each([
  "/",
  "//notes-local/v2/pipeline",
  "/v1/databases",
  "/v3-protobuf/pipeline",
  "/notes_local/v2",
  "/-notes/v2",
  "",
])("finds no database in %j", (url) => {
  expect(addressing.locate("127.0.0.1:8080", url)).toEqual({ kind: "platform" });
});

test("finds databases below a domain however that is written", () => {
  const below = new Addressing("host", "DB.Example.com");
  const found = { kind: "database", label: "notes-local", path: "/v2/pipeline" };
  for (const host of [below.hostnameOf("notes-local"), "notes-local.db.example.com"]) {
    expect(below.locate(host, "/v2/pipeline")).toEqual(found);
  }
});

test.each(["a".repeat(60) + "-abc", "-".repeat(15_000) + "!"])(
  "finds no database where no label is that long",
  (label) => {
    expect(addressing.locate("127.0.0.1:8080", `/${label}/v2/pipeline`)).toEqual({
      kind: "platform",
    });
  },
);

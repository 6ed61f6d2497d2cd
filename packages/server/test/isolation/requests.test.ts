import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run, values } from "../support/hrana.ts";
import { exchange, type RawResponse } from "../support/raw-http.ts";
import type { TestDatabase } from "../support/server.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
let mine: TestDatabase;
/** What addresses the databases: a host name each, and a path each. */
let hosts: { readonly mine: string; readonly theirs: string };
let paths: { readonly mine: string; readonly theirs: string };
beforeAll(async () => {
  world = await startWorld();
  ({ mine } = world);
  const labels = { mine: labelOf(world.mine), theirs: labelOf(world.theirs) };
  hosts = { mine: `${labels.mine}.localhost`, theirs: `${labels.theirs}.localhost` };
  paths = { mine: `/${labels.mine}`, theirs: `/${labels.theirs}` };
});
afterAll(async () => {
  await world.stop();
});

function labelOf({ url }: TestDatabase): string {
  return new URL(url).pathname.slice(1, -1);
}

const reading = '{"requests":[{"type":"execute","stmt":{"sql":"SELECT * FROM secrets"}}]}';
const writing = `{"requests":[{"type":"execute","stmt":{"sql":"INSERT INTO t VALUES ('smuggled', 1)"}},{"type":"close"}]}`;

/** A request with the token of the first tenant. */
function request(target: string, headers: readonly string[], body = reading): string[] {
  return [
    `POST ${target} HTTP/1.1`,
    ...headers,
    `Authorization: Bearer ${mine.token}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "",
    body,
  ];
}

/** Refused, all of it, without a word of what is another's. */
function expectRefused(answers: readonly RawResponse[]): void {
  expect(answers.map(({ status }) => status)).toEqual([expect.toSatisfy(isRefusal)]);
  expect(world.isLeak(JSON.stringify(answers))).toBe(false);
}

const isRefusal = (status: number) => status >= 400 && status < 500;

describe("an address", () => {
  it("is that of the database whose token comes with it", async () => {
    const own = await exchange(
      world.server.url,
      request("/v2/pipeline", [`Host: ${hosts.mine}`], reading.replace("secrets", "t")),
    );
    expect(own).toMatchObject([{ status: 200 }]);
  });

  it.each([
    ["another's host", "/v2/pipeline", ["Host: THEIRS"]],
    ["another's host in capitals", "/v2/pipeline", ["HOST: THEIRS."]],
    ["another's host with a port", "/v2/pipeline", ["Host: THEIRS:1"]],
    ["another's host with a user", "/v2/pipeline", ["Host: MINE@THEIRS"]],
    ["another's path", "/PATH/v2/pipeline", ["Host: localhost"]],
    ["another's path on one's own host", "/PATH/v2/pipeline", ["Host: MINE"]],
    ["one's own path on another's host", "/OWN/v2/pipeline", ["Host: THEIRS"]],
    ["two hosts, one's own first", "/v2/pipeline", ["Host: MINE", "Host: THEIRS"]],
    ["two hosts, another's first", "/v2/pipeline", ["Host: THEIRS", "Host: MINE"]],
    ["two hosts that are the same", "/v2/pipeline", ["Host: MINE", "host: MINE"]],
    ["a list of hosts", "/v2/pipeline", ["Host: MINE, THEIRS"]],
    ["no host", "/v2/pipeline", []],
    ["a host to forward to", "/v2/pipeline", ["Host: localhost", "X-Forwarded-Host: THEIRS"]],
    ["a namespace", "/v2/pipeline", ["Host: localhost", "X-Namespace: theirs"]],
    ["the whole URL, of another", "http://THEIRS/v2/pipeline", ["Host: MINE"]],
    ["the whole URL, of another's path", "http://localhost/PATH/v2/pipeline", ["Host: MINE"]],
    ["a path that climbs", "/OWN/../PATH/v2/pipeline", ["Host: localhost"]],
    ["an encoded path that climbs", "/OWN/%2e%2e/PATH/v2/pipeline", ["Host: localhost"]],
    ["an encoded slash", "/OWN/..%2fPATH%2fv2/pipeline", ["Host: localhost"]],
    ["an encoded path twice", "/OWN/%252e%252e/PATH/v2/pipeline", ["Host: localhost"]],
    ["a backslash", String.raw`/OWN\..\PATH/v2/pipeline`, ["Host: localhost"]],
    ["two slashes", "//PATH/v2/pipeline", ["Host: localhost"]],
    ["a parameter of the path", "/OWN;/../PATH/v2/pipeline", ["Host: localhost"]],
    ["sqld's way", "/dev/theirs/v2/pipeline", ["Host: localhost"]],
    ["a path to a file", "/../../../../etc/passwd", ["Host: localhost"]],
    ["an encoded path to a file", "/%2e%2e/%2e%2e/etc/passwd", ["Host: MINE"]],
  ])("leads nowhere else: %s", async (_, target, headers) => {
    const fill = (text: string) =>
      text
        .replaceAll("THEIRS", hosts.theirs)
        .replaceAll("MINE", hosts.mine)
        .replaceAll("/PATH", paths.theirs)
        .replaceAll(String.raw`\PATH`, paths.theirs.replace("/", "\\"))
        .replaceAll("%2fPATH", paths.theirs.replace("/", "%2f"))
        .replaceAll("/OWN", paths.mine);
    expectRefused(await exchange(world.server.url, request(fill(target), headers.map(fill))));
  });

  it("opens no WebSocket for two hosts", async () => {
    const answers = await exchange(world.server.url, [
      "GET / HTTP/1.1",
      `Host: ${hosts.mine}`,
      `Host: ${hosts.theirs}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol: hrana3",
      "",
      "",
    ]);
    expectRefused(answers);
    expect(answers[0]?.body).toContain("HOST_AMBIGUOUS");
  });
});

describe("a request hidden in another", () => {
  beforeEach(async () => {
    await run(mine, "DELETE FROM t");
  });

  const hidden = () => request("/v2/pipeline", [`Host: ${hosts.mine}`], writing);

  it.each([
    ["Content-Length and Transfer-Encoding", ["Content-Length: 5", "Transfer-Encoding: chunked"]],
    ["Transfer-Encoding and Content-Length", ["Transfer-Encoding: chunked", "Content-Length: 5"]],
    ["two lengths", ["Content-Length: 0", "Content-Length: 5"]],
    ["two lengths in one header", ["Content-Length: 0, 5"]],
    ["a length with a sign", ["Content-Length: +5"]],
    ["a length below zero", ["Content-Length: -5"]],
    ["a hexadecimal length", ["Content-Length: 0x5"]],
    ["a length that overflows", ["Content-Length: 18446744073709551621"]],
    ["a folded header", ["X-A: b", " Content-Length: 5", "Content-Length: 0"]],
    ["a folded encoding", ["Content-Length: 5", "Transfer-Encoding:", " chunked"]],
    ["a space before the colon", ["Content-Length : 5"]],
    ["an encoding and a tab", ["Content-Length: 5", "Transfer-Encoding\t: chunked"]],
    ["an unknown encoding", ["Content-Length: 5", "Transfer-Encoding: xchunked"]],
    ["chunked, and then another", ["Transfer-Encoding: chunked, identity", "Content-Length: 5"]],
    [
      "chunked twice",
      ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked", "Content-Length: 5"],
    ],
    ["a header without a name", [": 5", "Content-Length: 5"]],
    ["a line feed alone", ["X-A: b\nContent-Length: 5\n"]],
    ["a carriage return alone", ["X-A: b\rContent-Length: 5"]],
    ["a NUL", ["X-A: \0", "Content-Length: 5"]],
  ])("is not run: %s", async (_, headers) => {
    const lines = [
      "POST /v2/pipeline HTTP/1.1",
      `Host: ${hosts.mine}`,
      `Authorization: Bearer ${mine.token}`,
      ...headers,
      "",
      "0",
      "",
      ...hidden(),
    ];
    expectRefused(await exchange(world.server.url, lines));
    expect(values(await run(mine, "SELECT * FROM t"))).toEqual([]);
  });

  it.each([
    ["a chunk size that overflows", ["10000000000000005", "x", "0", "", ""]],
    ["a chunk size that is none", ["5z", "x", "0", "", ""]],
    ["a chunk longer than it says", ["1", "xyz", "0", "", ""]],
    ["a chunk size with a sign", ["+1", "x", "0", "", ""]],
  ])("is not run: %s", async (_, chunks) => {
    const lines = [
      "POST /v2/pipeline HTTP/1.1",
      `Host: ${hosts.mine}`,
      `Authorization: Bearer ${mine.token}`,
      "Transfer-Encoding: chunked",
      "",
      ...chunks,
      ...hidden(),
    ];
    expectRefused(await exchange(world.server.url, lines));
    expect(values(await run(mine, "SELECT * FROM t"))).toEqual([]);
  });

  it("is not run where it is the body of a request that asks for another protocol", async () => {
    const body = hidden().join("\r\n");
    const lines = [
      "POST /v2/pipeline HTTP/1.1",
      `Host: ${hosts.mine}`,
      `Authorization: Bearer ${mine.token}`,
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: x",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ];
    expectRefused(await exchange(world.server.url, lines));
    expect(values(await run(mine, "SELECT * FROM t"))).toEqual([]);
  });

  it("is run where it follows another in order", async () => {
    const first = request("/v2/pipeline", [`Host: ${hosts.mine}`], writing).filter(
      (line) => line !== "Connection: close",
    );
    const answers = await exchange(world.server.url, [first.join("\r\n") + hidden().join("\r\n")]);
    expect(answers).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(values(await run(mine, "SELECT count(*) FROM t"))).toEqual([["2"]]);
  });
});

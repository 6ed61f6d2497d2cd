import { describe, expect, it } from "vitest";
import { exchange } from "./support/raw-http.ts";
import { useServer } from "./support/server.ts";

const server = useServer();

/** The header of the answer to a request for the reference site. */
async function header(lines: readonly string[], path = "/"): Promise<string> {
  const [answer] = await exchange(server.url, [
    `HEAD ${path} HTTP/1.1`,
    "host: x",
    ...lines,
    "connection: close",
    "",
    "",
  ]);
  return answer?.text ?? "";
}

describe("the reference site", () => {
  it.each([
    ["gzip", true],
    ["br, gzip;q=0.5", true],
    ["gzip;q=0", false],
    ["identity", false],
    ["gzipped", false],
  ])("is compressed for whoever takes it: %s", async (accepted, isZipped) => {
    const answer = await header([`accept-encoding: ${accepted}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(/content-encoding: gzip/i.test(answer)).toBe(isZipped);
  });

  it("is found by a whole URL, too", async () => {
    for (const path of [`${server.url}/`, server.url, `${server.url}/openapi.json`]) {
      expect(await header([], path)).toMatch(/^HTTP\/1\.1 200 /);
    }
  });

  it("is not sent again to whoever has it", async () => {
    const [, etag = ""] = /etag: (\S+)/i.exec(await header(["accept-encoding: gzip"])) ?? [];
    const has = [`if-none-match: "other", W/${etag}`];
    expect(await header(["accept-encoding: gzip", ...has])).toMatch(/^HTTP\/1\.1 304 /);
    expect(await header(has)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await header(["accept-encoding: gzip", ...has], "/openapi.json")).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });
});

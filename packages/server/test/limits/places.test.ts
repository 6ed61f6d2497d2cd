import { once } from "node:events";
import { createServer, get, ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { Load } from "../../src/gateway/load.ts";

it("nothing is kept for a client that has left, though what it sent still comes", async () => {
  const bufferedBytes = 1_000;
  const load = new Load({ concurrentRequests: 1, bufferedBytes });
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port }: { port?: number } = Object(server.address());
  const client = get({ host: "127.0.0.1", port }).on("error", () => {});
  const [, response] = await once(server, "request");
  if (!(response instanceof ServerResponse)) throw new Error("no response");
  const place = load.admit(response);
  client.destroy();
  await once(response, "close");
  server.close();
  expect([place?.belongTo("database"), place?.keep(1), load.isFull]).toEqual([
    undefined,
    undefined,
    false,
  ]);
  expect(load.keep(bufferedBytes, undefined)).toBeUndefined();
});

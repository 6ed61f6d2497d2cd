import { createServer } from "node:http";

/**
 * Answers every request with the bytes that its parent sent: what no server on `node:http` can be
 * faster than.
 */
process.once("message", (reply) => {
  const body = Buffer.from(String(reply));
  const headers = { "content-type": "application/json", "content-length": body.length };
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      response.writeHead(200, headers);
      response.end(body);
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) process.send?.(address.port);
  });
});
process.once("disconnect", () => process.exit());

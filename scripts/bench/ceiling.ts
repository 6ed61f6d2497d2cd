import { createServer } from "node:http";

/** Answers every request with the same bytes: what no server on `node:http` can be faster than. */
const body = Buffer.from(process.env["REPLY"] ?? "");
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A page that is served on the loopback interface. */
export interface PageHost {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves one HTML page at `/`, whatever the query, and 404 everywhere else. */
export async function hostPage(html: string): Promise<PageHost> {
  const server = createServer((request, response) => {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    const found = request.url === "/" || request.url?.startsWith("/?") === true;
    response.statusCode = found ? 200 : 404;
    response.end(found ? html : "");
  });
  return { url: await listen(server), close: () => close(server) };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}/`);
    });
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
}

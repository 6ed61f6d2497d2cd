import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { onTestFinished } from "vitest";
import { type Client, type ClientOptions, createClient } from "@logicaldb/client";

/** A token that no other text contains by chance. */
export const token = "platform-token-3f1c9a";

/** A server on a free port of loopback, gone when the test is. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not a TCP server");
  return `http://127.0.0.1:${address.port}`;
}

/** A URL at which nothing listens any more. */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not a TCP server");
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return `http://127.0.0.1:${address.port}`;
}

/** A client of a server that answers each request like this. */
export async function clientOf(
  listener: RequestListener,
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  return createClient({ token, ...options, baseUrl: await serve(listener) });
}

/** A client of a server that answers every request with this status, body and headers. */
export function clientOfAnswer(
  status: number,
  body: string,
  headers: Record<string, string> = { "Content-Type": "application/json" },
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  return clientOf((_, response) => response.writeHead(status, headers).end(body), options);
}

/** What a request looked like when it arrived. */
export interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A server that answers `{}` and keeps what it was sent, and a client of it. */
export async function recorder(
  options: Partial<ClientOptions> = {},
): Promise<{ client: Client; seen: Seen[]; url: string }> {
  const seen: Seen[] = [];
  const url = await serve((request, response) => {
    const { method, headers } = request;
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      seen.push({ method, url: request.url, headers, body });
      response.setHeader("Content-Type", "application/json").end("{}");
    });
  });
  return { client: createClient({ token, baseUrl: url, ...options }), seen, url };
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`expected a rejection, not ${JSON.stringify(value)}`);
}

/** A database's path parameters. */
export const path = { org_slug: "acme", db_name: "tenant-042" };

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import { listen } from "../listening/listen.ts";
import { reachableHost } from "../listening/reachable-host.ts";
import { Metrics, type MetricsSources } from "./metrics.ts";

/** Metrics that are served. */
export interface ServedMetrics {
  readonly metrics: Metrics;
  readonly url: string;
  stop(): void;
}

const path = "/metrics";
const plain = { "content-type": "text/plain; charset=utf-8" };

/**
 * Serves metrics at an address of their own, where clients of databases do not come.
 *
 * @throws CannotListen
 */
export async function serveMetrics(
  sources: MetricsSources,
  { port, host, logger }: { port: number; host: string; logger: Pick<Logger, "error"> },
): Promise<ServedMetrics> {
  const metrics = new Metrics(sources);
  const server = createServer((request, response) => {
    answer(metrics, request, response).catch((error: unknown) => {
      logger.error(error, "The metrics could not be read");
      response.writeHead(500).end();
    });
  });
  const flags = { port: "--metrics-port", host: "--metrics-host" };
  const picked = await listen(server, { port, host }, flags);
  return {
    metrics,
    url: `http://${reachableHost(host)}:${picked}${path}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  metrics: Metrics,
  { method, url }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (url?.split("?", 1)[0] !== path) {
    response.writeHead(404, plain).end(`Metrics are at ${path}\n`);
  } else if (method !== "GET" && method !== "HEAD") {
    response.writeHead(405, { ...plain, allow: "GET, HEAD" }).end("Metrics are read with GET\n");
  } else {
    const text = await metrics.read();
    response.writeHead(200, { "content-type": metrics.contentType }).end(text);
  }
}

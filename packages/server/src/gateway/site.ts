import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

interface Page {
  readonly module: string;
  readonly type: string;
}

/** The reference site and the contract, as the contract package has them. */
const pages: Readonly<Record<string, Page>> = {
  "/": { module: "@logicaldb/contract/reference", type: "text/html; charset=utf-8" },
  "/openapi.json": { module: "@logicaldb/contract/openapi.json", type: "application/json" },
  "/openapi.yaml": { module: "@logicaldb/contract/openapi.yaml", type: "application/yaml" },
};

/** Serves the reference site; pages are read and compressed once, when somebody first asks. */
export class Site {
  readonly #compressed = new Map<string, Promise<Buffer>>();

  /** Serves the request if it is for a page; false where it is not. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = ""] = (request.url ?? "").split("?");
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page === undefined || (request.method !== "GET" && request.method !== "HEAD")) return false;
    this.#send(request, response, page).catch(() => {
      response.writeHead(503, { "content-type": "text/plain" });
      response.end("The reference site is not built. Build it with `pnpm run docs`.\n");
    });
    return true;
  }

  async #send(request: IncomingMessage, response: ServerResponse, page: Page): Promise<void> {
    const acceptsGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    const body = acceptsGzip ? await this.#gzipped(page.module) : await read(page.module);
    response.writeHead(200, {
      "content-type": page.type,
      "content-length": body.length,
      "cache-control": "no-cache",
      vary: "accept-encoding",
      ...(acceptsGzip ? { "content-encoding": "gzip" } : {}),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  async #gzipped(module: string): Promise<Buffer> {
    let body = this.#compressed.get(module);
    if (body === undefined) {
      body = read(module).then(promisify<Buffer, Buffer>(gzip));
      this.#compressed.set(module, body);
      body.catch(() => this.#compressed.delete(module));
    }
    return await body;
  }
}

async function read(module: string): Promise<Buffer> {
  return await readFile(fileURLToPath(import.meta.resolve(module)));
}

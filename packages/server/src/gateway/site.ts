import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Logger } from "pino";
import { splitTarget } from "./addressing.ts";
import { pageMethod, pageMissing, pageUnreadable } from "./failures.ts";
import { ReaderPatience } from "./reader-patience.ts";
import { refuse } from "./refusal.ts";

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

/** A page as it is sent; nearly everybody takes it gzipped. */
interface Packed {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  /** What a page that a browser has is compared with. */
  readonly tag: string;
}

/** Serves the reference site; pages are read and compressed once, when somebody first asks. */
export class Site {
  readonly #packed = new Map<string, Promise<Packed>>();
  readonly #logger: Pick<Logger, "error">;
  readonly #readerTimeout: number;

  /** @param readerTimeout how long, in milliseconds, a client may take nothing of its page */
  constructor(logger: Pick<Logger, "error">, readerTimeout: number) {
    this.#logger = logger;
    this.#readerTimeout = readerTimeout;
  }

  /** Serves the request if it is for a page; false where it is not. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = ""] = splitTarget(request.url ?? "").target.split("?");
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page === undefined) return false;
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      refuse(response, pageMethod(request, path));
      return true;
    }
    this.#send(request, response, page).catch((error: unknown) => {
      const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
      if (!isMissing) this.#logger.error(error, `${path} could not be read`);
      refuse(response, isMissing ? pageMissing : pageUnreadable(path));
    });
    return true;
  }

  async #send(
    { headers, method, socket }: IncomingMessage,
    response: ServerResponse,
    page: Page,
  ): Promise<void> {
    const { gzipped, tag, ...plain } = await this.#pack(page.module);
    const isZipped = acceptsGzip(headers["accept-encoding"] ?? "");
    const etag = isZipped ? `"${tag}-gzip"` : `"${tag}"`;
    const caching = { "cache-control": "no-cache", vary: "accept-encoding", etag };
    if (hasTag(headers["if-none-match"] ?? "", etag)) {
      response.writeHead(304, caching).end();
      return;
    }
    const body = isZipped ? gzipped : plain.body;
    response.writeHead(200, {
      "content-type": page.type,
      "content-length": body.length,
      ...caching,
      ...(isZipped ? { "content-encoding": "gzip" } : {}),
    });
    response.end(method === "HEAD" ? undefined : body);
    new ReaderPatience(socket, this.#readerTimeout).lookAt(response);
  }

  async #pack(module: string): Promise<Packed> {
    let packed = this.#packed.get(module);
    if (packed === undefined) {
      packed = read(module).then(pack);
      this.#packed.set(module, packed);
      packed.catch(() => this.#packed.delete(module));
    }
    return await packed;
  }
}

async function pack(body: Buffer): Promise<Packed> {
  const tag = createHash("sha256").update(body).digest("base64url");
  return { body, gzipped: await promisify<Buffer, Buffer>(gzip)(body), tag };
}

/** Whether a client takes gzip, as it says in `Accept-Encoding` (RFC 9110, 12.5.3). */
function acceptsGzip(header: string): boolean {
  const found = /(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=([\d.]+)\s*)?(?=,|$)/i.exec(header);
  return found !== null && Number(found[1] ?? 1) > 0;
}

/** Whether a client has this very page, as it says in `If-None-Match` (RFC 9110, 13.1.2). */
function hasTag(header: string, etag: string): boolean {
  return header.split(",").some((each) => ["*", etag].includes(each.trim().replace(/^W\//, "")));
}

async function read(module: string): Promise<Buffer> {
  return await readFile(fileURLToPath(import.meta.resolve(module)));
}

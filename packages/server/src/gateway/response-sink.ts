import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { EngineFailure, HranaRequest, ReplySink } from "../engine/engine.ts";
import { errorBody } from "../hrana/errors.ts";

/** Seconds after which a client may try again when the engine was restarted. */
const retryAfter = "1";

/** Writes the engine's reply as the response to an HTTP request. */
export class ResponseSink implements ReplySink {
  readonly #response: ServerResponse;
  readonly #kind: HranaRequest["kind"];
  readonly #headers: OutgoingHttpHeaders;

  constructor(response: ServerResponse, kind: HranaRequest["kind"], headers: OutgoingHttpHeaders) {
    this.#response = response;
    this.#kind = kind;
    this.#headers = headers;
  }

  whole(status: number, bytes: Buffer): void {
    this.#response.writeHead(status, {
      "content-type": this.#contentType(status),
      "content-length": bytes.length,
      ...this.#headers,
    });
    this.#response.end(bytes);
  }

  start(status: number): void {
    const contentType = this.#contentType(status);
    this.#response.writeHead(status, { "content-type": contentType, ...this.#headers });
  }

  part(bytes: Buffer, passed: () => void): void {
    this.#response.write(bytes, passed);
  }

  end(): void {
    this.#response.end();
  }

  fail(failure: EngineFailure): void {
    if (this.#response.headersSent) {
      // Only a broken connection still tells the client that the reply is not whole.
      this.#response.destroy();
      return;
    }
    this.#response.writeHead(failure.status, {
      "content-type": "application/json",
      ...(failure.status === 503 ? { "retry-after": retryAfter } : {}),
      ...this.#headers,
    });
    this.#response.end(errorBody(failure.code, failure.message));
  }

  /** The lines of a cursor are JSON each, and no JSON together. */
  #contentType(status: number): string {
    return this.#kind === "cursor" && status === 200 ? "text/plain" : "application/json";
  }
}

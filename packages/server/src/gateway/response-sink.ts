import type { ServerResponse } from "node:http";
import type { EngineFailure, ReplySink } from "../engine/engine.ts";
import { errorBody } from "../hrana/errors.ts";

/** Lets pages of any origin read a response: whoever has the token may. */
export const anyOrigin = { "access-control-allow-origin": "*" };

/** Seconds after which a client may try again when the engine was restarted. */
const retryAfter = "1";
/** Up to here, copying a body behind its header costs less than a second piece to write. */
const joinedLength = 64 * 1024;

/** Writes the engine's reply as the response to an HTTP request. */
export class ResponseSink implements ReplySink {
  readonly #response: ServerResponse;
  readonly #type: string;

  /** @param type the media type of a reply that is no error */
  constructor(response: ServerResponse, type: string) {
    this.#response = response;
    this.#type = type;
  }

  whole(status: number, bytes: Buffer): void {
    this.#response.writeHead(status, {
      "content-type": this.#contentType(status),
      "content-length": bytes.length,
      "access-control-allow-origin": "*",
    });
    if (bytes.length > joinedLength) {
      this.#response.end(bytes);
    } else {
      // Node puts a string and its header into one piece; as latin1 its bytes stay what they are.
      this.#response.end(bytes.toString("latin1"), "latin1");
    }
  }

  start(status: number): void {
    this.#response.writeHead(status, { "content-type": this.#contentType(status), ...anyOrigin });
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
      ...anyOrigin,
    });
    this.#response.end(errorBody(failure.code, failure.message));
  }

  #contentType(status: number): string {
    return status === 200 ? this.#type : "application/json";
  }
}

import type { ServerResponse } from "node:http";
import type { Failure, ReplySink } from "../engine/engine.ts";
import { codeOf } from "../engine/error-body.ts";
import { inOnePiece } from "../tools/pieces.ts";
import type { Place } from "./load.ts";
import type { ReaderPatience } from "./reader-patience.ts";
import { anyOrigin, refuse, retryHeader } from "./refusal.ts";

/**
 * Up to here, copying a body behind its header costs less than a second piece to write; and what
 * nobody reads of it is bounded by the number of requests.
 */
const joinedLength = 64 * 1024;

/** What is counted where nobody is there to be told. */
const clientLeft = "CLIENT_LEFT";

/** Writes the engine's reply as the response to an HTTP request. */
export class ResponseSink implements ReplySink {
  readonly #response: ServerResponse;
  readonly #type: string;
  readonly #reader: ReaderPatience;
  readonly #place: Place;
  readonly #over: (status?: number, code?: string) => void;
  #status = 200;
  /** All of the answer was written, or no more of it will be. */
  #isDone = false;

  /**
   * @param type the media type of a reply that is no error
   * @param others who looks after the client that reads, what counts the bytes that it has not
   *   read, and who is told when the engine is done, with the status of the answer, where there
   *   is one, and the code of an error
   */
  constructor(
    response: ServerResponse,
    type: string,
    others: {
      readonly reader: ReaderPatience;
      readonly place: Place;
      readonly over: (status?: number, code?: string) => void;
    },
  ) {
    this.#place = others.place;
    this.#reader = others.reader;
    this.#over = others.over;
    this.#response = response;
    this.#type = type;
  }

  whole(status: number, pieces: readonly Buffer[]): void {
    if (this.#isDone) return;
    let length = 0;
    for (const piece of pieces) length += piece.length;
    if (length > joinedLength) {
      this.#place.answered();
      const refusal = this.#place.keepAnswer(length);
      if (refusal !== undefined) return this.fail(refusal);
    }
    this.#isDone = true;
    if (status === 200) this.#answered(status);
    else this.#over(status, codeOf(inOnePiece(pieces)));
    this.#response.writeHead(status, {
      "content-type": this.#contentType(status),
      "content-length": length,
      ...retryHeader(status),
      ...anyOrigin,
    });
    if (length > joinedLength) {
      // All pieces in one call of the system.
      this.#response.cork();
      for (const piece of pieces) this.#response.write(piece);
      this.#response.end();
    } else {
      // Node puts a string and its header into one piece; as latin1 its bytes stay what they are.
      this.#response.end(inOnePiece(pieces).toString("latin1"), "latin1");
    }
    this.#reader.lookAt(this.#response);
  }

  start(status: number): void {
    this.#status = status;
  }

  part(pieces: readonly Buffer[], passed: () => void): void {
    // The engine is told to stop when the response is over.
    if (this.#isDone) return;
    const part = inOnePiece(pieces);
    const refusal = this.#place.keepAnswer(part.length);
    if (refusal !== undefined) return this.fail(refusal);
    if (!this.#response.headersSent) {
      const headers = { "content-type": this.#contentType(this.#status), ...anyOrigin };
      this.#response.writeHead(this.#status, headers);
    }
    this.#response.write(part, () => {
      this.#place.release(part.length);
      this.#reader.look();
      passed();
    });
    this.#reader.look();
  }

  end(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#answered(this.#response.statusCode);
    this.#response.end();
    this.#reader.lookAt(this.#response);
  }

  fail(failure: Failure): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#over(failure.status, failure.code);
    if (this.#response.headersSent) {
      // Only a broken connection still tells the client that the reply is not whole.
      this.#response.destroy();
      return;
    }
    refuse(this.#response, failure);
  }

  dropped(): void {
    if (this.#isDone) return;
    this.#over(undefined, clientLeft);
  }

  #answered(status: number): void {
    if (this.#place.isOver) this.#over(undefined, clientLeft);
    else this.#over(status);
  }

  #contentType(status: number): string {
    return status === 200 ? this.#type : "application/json";
  }
}

import type { IncomingMessage } from "node:http";
import type { Failure } from "../engine/engine.ts";
import { inOnePiece } from "../tools/pieces.ts";

/** What becomes of the body of a request. */
export interface BodyEvents {
  done(body: Buffer): void;
  tooLarge(): void;
  /** It is read from here on. */
  begin(): void;
  /** Asked to keep a piece of it; tells why it does not. */
  keep(bytes: number): Failure | undefined;
  /** It was not kept. */
  crowded(refusal: Failure): void;
}

/**
 * Reads the body of a request into one piece.
 *
 * @param most how many bytes it may have; more are not kept
 */
export function readBody(request: IncomingMessage, most: number, events: BodyEvents): void {
  if (Number(request.headers["content-length"] ?? 0) > most) {
    events.tooLarge();
    return;
  }
  events.begin();
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer) => {
    length += chunk.length;
    const refusal = length > most ? undefined : events.keep(chunk.length);
    if (length <= most && refusal === undefined) {
      chunks.push(chunk);
      return;
    }
    request.off("data", take);
    request.off("end", finish);
    if (refusal === undefined) events.tooLarge();
    else events.crowded(refusal);
  };
  const finish = () => events.done(inOnePiece(chunks));
  request.on("data", take);
  request.on("end", finish);
}

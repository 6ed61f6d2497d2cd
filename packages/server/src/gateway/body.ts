import type { IncomingMessage } from "node:http";
import { inOnePiece } from "../tools/pieces.ts";

/** What becomes of the body of a request. */
export interface BodyEvents {
  done(body: Buffer): void;
  tooLarge(): void;
  /** It is read from here on. */
  begin(): void;
  /** Asked whether there is room for a piece of it. */
  keep(bytes: number): boolean;
  /** There was none. */
  crowded(): void;
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
    const hasRoom = length <= most && events.keep(chunk.length);
    if (hasRoom) {
      chunks.push(chunk);
      return;
    }
    request.off("data", take);
    request.off("end", finish);
    if (length > most) events.tooLarge();
    else events.crowded();
  };
  const finish = () => events.done(inOnePiece(chunks));
  request.on("data", take);
  request.on("end", finish);
}

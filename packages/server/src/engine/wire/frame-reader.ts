import { commandHeader } from "./frames.ts";

/** Takes a frame; one that is large and came in several pieces has others than the first. */
export type FrameSink = (first: Buffer, others: readonly Buffer[]) => void;

/** To put the pieces of a frame of this length together costs more than to pass them on. */
const longFrame = 64 * 1024;
const noPieces: readonly Buffer[] = [];

/** Cuts a byte stream into frames. */
export class FrameReader {
  readonly #frame: FrameSink;
  /** The received bytes of the frame that is not whole yet. */
  #pieces: Buffer[] = [];
  #received = 0;
  #needed = 4;
  #unread = 0;

  /** @param frame called for each frame; the first piece has all of its header */
  constructor(frame: FrameSink) {
    this.#frame = frame;
  }

  /** Whether more bytes have come than the frame that is being taken. */
  get hasMore(): boolean {
    return this.#unread > 0;
  }

  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): void {
    if (this.#received + chunk.length < this.#needed) return this.#keep(chunk);
    let start = 0;
    let bytes = chunk;
    if (this.#received >= 4) {
      start = this.#needed - this.#received;
      this.#unread = chunk.length - start;
      this.#complete(chunk.subarray(0, start));
    } else if (this.#received > 0) {
      bytes = Buffer.concat([...this.#pieces, chunk]);
    }
    this.#forget();
    while (bytes.length - start >= 4) {
      const length = 4 + bytes.readUInt32LE(start);
      if (bytes.length - start < length) {
        this.#needed = length;
        break;
      }
      this.#unread = bytes.length - start - length;
      this.#frame(bytes.subarray(start, start + length), noPieces);
      start += length;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  #keep(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#received += bytes.length;
    if (this.#needed === 4 && this.#received >= 4) {
      const first = this.#pieces.length === 1 ? bytes : Buffer.concat(this.#pieces);
      this.#pieces = [first];
      this.#needed = 4 + first.readUInt32LE(0);
    }
  }

  #complete(last: Buffer): void {
    const [first = last, ...others] = this.#pieces;
    const isPassedOn = this.#needed >= longFrame && first.length >= commandHeader;
    if (isPassedOn) this.#frame(first, [...others, last]);
    else this.#frame(Buffer.concat([...this.#pieces, last]), noPieces);
  }

  #forget(): void {
    this.#pieces = [];
    this.#received = 0;
    this.#needed = 4;
  }
}

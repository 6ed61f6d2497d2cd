/** So many bytes are turned into text at a time: few enough for their text to be garbage cheaply. */
const chunkLength = 12 * 1024;

/**
 * Bytes as base64, without padding, which some clients refuse. The text of many bytes is made where
 * it is written to, and nowhere else as a whole.
 */
export class Base64 {
  /** In characters. */
  readonly length: number;
  readonly #bytes: Buffer;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.length = Math.ceil((byteLength * 4) / 3);
  }

  toString(): string {
    return this.#text(0, this.#bytes.length);
  }

  /**
   * @param target has room for all of it
   * @returns the number of bytes written
   */
  writeTo(target: Buffer, start: number): number {
    let end = start;
    for (let from = 0; from < this.#bytes.length; from += chunkLength) {
      end += target.write(this.#text(from, from + chunkLength), end, "latin1");
    }
    return end - start;
  }

  #text(from: number, to: number): string {
    const text = this.#bytes.toString("base64", from, to);
    if (!text.endsWith("=")) return text;
    return text.slice(0, text.endsWith("==") ? -2 : -1);
  }
}

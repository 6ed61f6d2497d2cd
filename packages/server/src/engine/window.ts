import type { Order } from "./orders.ts";
import { longBody } from "./wire/frames.ts";

/** So many bytes of one database are on their way to a process at a time, or one command. */
const most = 4 * 1024 ** 2;

/**
 * What is on its way to a process, and has not been begun there. All databases share one pipe: what
 * one of them has sent must not fill it, or the others would wait for all of that.
 */
export class Window {
  /** Of long bodies, by database. */
  readonly #bytes = new Map<string, number>();
  /** Databases of which something waits here, and whatever follows has to wait too. */
  readonly #crowded = new Set<string>();

  /**
   * Counts an order that is to go.
   *
   * @returns false where it has to wait until there is room
   */
  take({ databaseId, body }: Order): boolean {
    if (this.#crowded.size > 0 && this.#crowded.has(databaseId)) return false;
    if (body.length <= longBody) return true;
    const bytes = this.#bytes.get(databaseId) ?? 0;
    if (bytes > 0 && bytes + body.length > most) {
      this.#crowded.add(databaseId);
      return false;
    }
    this.#bytes.set(databaseId, bytes + body.length);
    return true;
  }

  /**
   * An order that was taken has come to its process.
   *
   * @returns true where orders of its database waited, which may try again
   */
  release({ databaseId, body }: Order): boolean {
    const bytes = (this.#bytes.get(databaseId) ?? 0) - body.length;
    if (bytes > 0) this.#bytes.set(databaseId, bytes);
    else this.#bytes.delete(databaseId);
    return bytes <= most / 2 && this.#crowded.delete(databaseId);
  }

  /** Nothing is on its way, and nothing waits. */
  clear(): void {
    this.#bytes.clear();
    this.#crowded.clear();
  }
}

import { isAfter } from "./wire/position.ts";

/** The largest number that a frame has room for. */
const largest = 0xffffffff;

/**
 * Things that are under way, each with a number that grows from one to the next.
 *
 * A `Map` would do, but one that is filled and emptied this often is rebuilt every few requests,
 * and V8 links the table it leaves to the next: the garbage collector then keeps every request
 * that an old table knew.
 */
export class Numbered<T> {
  /** The thing with number `n` is at place `n` modulo their length, a power of two. */
  #places: (T | undefined)[] = emptyPlaces(64);
  #numbers = new Uint32Array(64);
  #size = 0;
  #last = 0;

  get size(): number {
    return this.#size;
  }

  /** Takes something in, and returns its number. */
  add(thing: T): number {
    if (this.#size * 2 >= this.#places.length) this.#grow();
    let place: number;
    do {
      this.#last = this.#last === largest ? 1 : this.#last + 1;
      place = this.#placeOf(this.#last);
    } while (this.#places[place] !== undefined);
    this.#put(this.#last, thing);
    this.#size += 1;
    return this.#last;
  }

  get(number: number): T | undefined {
    const place = this.#placeOf(number);
    return this.#numbers[place] === number ? this.#places[place] : undefined;
  }

  delete(number: number): void {
    if (this.get(number) === undefined) return;
    this.#places[this.#placeOf(number)] = undefined;
    this.#size -= 1;
  }

  /** All of them with their numbers, in the order in which they came. */
  entries(): [number, T][] {
    const entries: [number, T][] = [];
    for (const [place, thing] of this.#places.entries()) {
      if (thing !== undefined) entries.push([this.#numbers[place] ?? 0, thing]);
    }
    return entries.toSorted(([one], [other]) => (isAfter(one, other) ? 1 : -1));
  }

  clear(): void {
    this.#places.fill(undefined);
    this.#size = 0;
  }

  #put(number: number, thing: T): void {
    const place = this.#placeOf(number);
    this.#places[place] = thing;
    this.#numbers[place] = number;
  }

  #placeOf(number: number): number {
    return (number & (this.#places.length - 1)) >>> 0;
  }

  #grow(): void {
    const entries = this.entries();
    const length = this.#places.length * 2;
    this.#places = emptyPlaces(length);
    this.#numbers = new Uint32Array(length);
    // Those that were apart modulo the shorter length are apart modulo the longer one.
    for (const [number, thing] of entries) this.#put(number, thing);
  }
}

function emptyPlaces(length: number): undefined[] {
  return Array.from({ length });
}

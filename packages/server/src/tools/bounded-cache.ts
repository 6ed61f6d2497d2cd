import { LRUCache } from "lru-cache";

/**
 * A cache of the last used entries that takes memory as it fills. With `max` of `LRUCache`, all of
 * it would be allocated at once: tens of milliseconds of every start.
 *
 * @param entries how many are kept
 */
export function boundedCache<Key extends {}, Value extends {}>(
  entries: number,
): LRUCache<Key, Value> {
  return new LRUCache({ maxSize: entries, sizeCalculation: () => 1 });
}

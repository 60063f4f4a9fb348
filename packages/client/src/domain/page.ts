/** Which part of a list is asked for. */
export interface PageRequest {
  /** Entries to skip; 0 by default. */
  readonly offset?: number;
  /** Entries to return at most; 50 by default. */
  readonly limit?: number;
}

/** Part of a list, and how many entries the whole list has. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

const DEFAULT_LIMIT = 50;

/** Offset and limit as the contracts take them. */
export function pageArguments({ offset = 0, limit = DEFAULT_LIMIT }: PageRequest = {}): [bigint, bigint] {
  return [BigInt(offset), BigInt(limit)];
}

/** A page out of what a contract returned. */
export function toPage<Raw, Item>(
  [items, total]: readonly [readonly Raw[], bigint],
  toItem: (raw: Raw) => Item,
): Page<Item> {
  return Object.freeze({ items: Object.freeze(items.map(toItem)), total: Number(total) });
}

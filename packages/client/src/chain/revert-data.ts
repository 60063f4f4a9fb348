import { isHexString } from 'ethers';

/** What was sent is no answer: its `data` is calldata. */
const REQUEST_KEYS = new Set(['transaction', 'tx', 'request', 'payload', 'receipt', 'response']);
const MAX_DEPTH = 8;
const SELECTOR_BYTES = 4;
const WORD_BYTES = 32;

/**
 * Finds the bytes of a revert in whatever a node, a proxy or ethers wrapped around them, nearest first.
 * @returns undefined if there are none
 */
export function findRevertData(error: unknown): string | undefined {
  const seen = new Set<unknown>();
  let level: unknown[] = [error];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    const found = level.map(ownData).find((data) => data !== undefined);
    if (found !== undefined) return found;
    level = level.flatMap(childrenOf).filter((child) => !seen.has(child) && seen.add(child));
  }
  return undefined;
}

function ownData(value: unknown): string | undefined {
  const data = isObject(value) ? value.data : undefined;
  return typeof data === 'string' && isRevertData(data) ? data : undefined;
}

/** A selector and whole words. */
function isRevertData(data: string): boolean {
  if (!isHexString(data)) return false;
  const bytes = (data.length - 2) / 2;
  return bytes >= SELECTOR_BYTES && (bytes - SELECTOR_BYTES) % WORD_BYTES === 0;
}

function childrenOf(value: unknown): unknown[] {
  if (!isObject(value)) return [];
  const keys = Object.keys(value).filter((key) => !REQUEST_KEYS.has(key));
  // Own properties of errors such as `cause` are not enumerable.
  if (value instanceof Error && value.cause !== undefined) keys.push('cause');
  return keys.map((key) => parsedJson(value[key])).filter(isObject);
}

/** Some proxies put the node's answer into a text. */
function parsedJson(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

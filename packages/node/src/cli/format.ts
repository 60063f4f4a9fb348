import { formatMor } from '@yellowstone/protocol';

const MINUTE_SECONDS = 60n;
export const HOUR_SECONDS = 3_600n;
const DAY_SECONDS = 86_400n;
const MS_PER_SECOND = 1_000;
const SHORT_START = 6;
const SHORT_END = 4;
/** The last second a Date can tell. */
const LAST_SECOND = 8_640_000_000_000n;

/** An amount with all its decimals, like `0.036 MOR`. */
export function morText(amountMor: bigint): string {
  return `${formatMor(amountMor)} MOR`;
}

/** Two units at most, like `1 h 30 min`; rounded down to the smaller one. */
export function durationText(seconds: bigint): string {
  const units = [
    [DAY_SECONDS, 'd'],
    [HOUR_SECONDS, 'h'],
    [MINUTE_SECONDS, 'min'],
    [1n, 's'],
  ] as const;
  const first = units.findIndex(([size]) => seconds >= size);
  if (first === -1) return '0 s';
  let left = seconds;
  const parts = units.slice(first, first + 2).map(([size, name]) => {
    const count = left / size;
    left %= size;
    return count === 0n ? '' : `${count} ${name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** A point in time for people and for programs, like `in 5 h (2026-11-22T00:00:00Z)`. */
export function timeText(at: bigint, now: bigint): string {
  const distance = at > now ? `in ${durationText(at - now)}` : at < now ? `${durationText(now - at)} ago` : 'now';
  return `${distance} (${isoText(at)})`;
}

/** `2026-11-22T00:00:00Z` */
export function isoText(at: bigint): string {
  const seconds = at > LAST_SECOND ? LAST_SECOND : at;
  return new Date(Number(seconds) * MS_PER_SECOND).toISOString().replace('.000Z', 'Z');
}

/** `0x1234…abcd`, for accounts that only have to be recognised. */
export function shortHex(hex: string): string {
  return `${hex.slice(0, SHORT_START)}…${hex.slice(-SHORT_END)}`;
}

/** Text of strangers without what a terminal would obey: colours, cursor moves, line feeds. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

/** The same, but lines and tabs of an answer stay. */
export function plainLines(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '').replace(/[\u202A-\u202E\u2066-\u2069]/g, '');
}

/** A value as JSON: bigint becomes a decimal string. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one));
}

/** `1 bid`, `2 bids`, `no bids` */
export function countText(count: number | bigint, noun: string): string {
  if (BigInt(count) === 0n) return `no ${noun}s`;
  return BigInt(count) === 1n ? `1 ${noun}` : `${count} ${noun}s`;
}

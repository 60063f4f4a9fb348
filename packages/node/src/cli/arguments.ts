import {
  type Address,
  parseAddress,
  parseBidId,
  parseMor,
  parseSessionId,
  type BidId,
  type SessionId,
} from '@yellowstone/protocol';
import { InvalidArgumentError } from 'commander';

const UNIT_SECONDS: Readonly<Record<string, bigint>> = { s: 1n, min: 60n, m: 60n, h: 3_600n, d: 86_400n };
const DURATION = /^(\d{1,9}(s|min|m|h|d))+$/;
const PART = /(\d{1,9})(s|min|m|h|d)/g;
const MAX_COUNT = 2_000;

/** An amount of MOR, like `0.001`, to MOR-wei; exact. */
export function morArgument(text: string): bigint {
  return parsing(text, parseMor, 'an amount of MOR, like 0.001');
}

/** A length of time, like `90m`, `1h30m` or `3600s`, to seconds. */
export function durationArgument(text: string): bigint {
  return parsing(text, parseDuration, 'a duration, like 1h, 90m or 1h30m');
}

export function addressArgument(text: string): Address {
  return parsing(text, parseAddress, 'an address, 0x and 40 hex digits');
}

export function bidArgument(text: string): BidId {
  return parsing(text, parseBidId, 'the id of a bid, 0x and 64 hex digits');
}

export function sessionArgument(text: string): SessionId {
  return parsing(text, parseSessionId, 'the id of a session, 0x and 64 hex digits');
}

export function countArgument(text: string): number {
  return parsing(text, parseCount, `a whole number from 1 to ${MAX_COUNT}`);
}

/** A day as the API of a node takes it. */
export function dayArgument(text: string): string {
  return parsing(text, parseDay, 'a day like 2026-11-28');
}

export function urlArgument(text: string): string {
  return parsing(text, parseUrl, 'an http or https URL');
}

/** JSON-RPC endpoints, separated by commas. */
export function rpcArgument(text: string): string {
  return parsing(text, parseRpc, 'http(s) or ws(s) URLs, separated by commas');
}

/** @throws RangeError unless it is numbers with units; a bare number counts seconds. */
export function parseDuration(text: string): bigint {
  const withUnit = /^\d{1,9}$/.test(text) ? `${text}s` : text;
  if (!DURATION.test(withUnit)) throw new RangeError('not a duration');
  const parts = [...withUnit.matchAll(PART)];
  return parts.reduce((sum, [, count = '0', unit = 's']) => sum + BigInt(count) * (UNIT_SECONDS[unit] ?? 1n), 0n);
}

function parseCount(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_COUNT) throw new RangeError('not a count');
  return count;
}

function parseDay(text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // Throws for what is no time; the 30th of February would come out as another day.
  if (day?.toISOString().slice(0, 10) !== text) throw new RangeError('not a day');
  return text;
}

function parseUrl(text: string): string {
  return parseUrlOf(/^https?:\/\/\S+$/, text);
}

function parseRpc(text: string): string {
  const urls = text.split(',').map((one) => parseUrlOf(/^(http|ws)s?:\/\/\S+$/, one));
  return urls.join(',');
}

function parseUrlOf(form: RegExp, text: string): string {
  if (!form.test(text)) throw new RangeError('not a URL');
  return new URL(text).href.replace(/\/+$/, '');
}

function parsing<Value>(text: string, parse: (text: string) => Value, expected: string): Value {
  try {
    return parse(text);
  } catch {
    throw new InvalidArgumentError(`Expected ${expected}.`);
  }
}

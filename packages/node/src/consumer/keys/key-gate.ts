import type { ApiKeyLimits, KeyUsage, Log } from '@yellowstone/service';
import type { Caller } from '../../api-access.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import { createUsageBook } from './usage-book.js';
import { fullBucket, refilled, taken, type TokenBucket, waitFor } from './token-bucket.js';

/** Holds API keys to their limits on requests and tokens. */
export interface KeyGate {
  /** Lets a request in and counts it. @throws key_rate_exceeded, key_budget_exceeded, with the time to wait */
  admit(key: Caller): Promise<void>;
  /** Counts what a request used; it is written down a moment later. */
  count(key: Caller, tokens: number): void;
  /** Writes down what is left; resolves when that is done, or cannot be for now. */
  settled(): Promise<void>;
}

interface GateDeps {
  readonly usage: KeyUsage;
  readonly clock: Clock;
  readonly log: Log;
}

type RateLimit = 'requestsPerMinute' | 'tokensPerMinute';

const DAY_MS = 86_400_000;
const MS_PER_SECOND = 1_000;
/** More keys than anybody has; the one that was used longest ago begins anew with a full minute. */
const MAX_KEYS = 10_000;
/** A limit of nothing never opens. */
const LONGEST_WAIT_SECONDS = 3_600;

/**
 * Rates are kept in memory, a bucket for each key and limit: a restart fills them. Budgets of a day are kept in the
 * database. Tokens are known after the answer, so requests at the same time can exceed a limit by what they use.
 */
export function createKeyGate({ usage, clock, log }: GateDeps): KeyGate {
  const book = createUsageBook({ usage, log });
  const buckets = new Map<string, TokenBucket>();
  const nameOf = ({ id }: Caller, limit: RateLimit): string => `${id} ${limit}`;
  const today = (): bigint => BigInt(Math.floor(clock.now() / DAY_MS));

  const bucketOf = (key: Caller, limit: RateLimit, perMinute: number): TokenBucket => {
    const now = clock.monotonic();
    const known = buckets.get(nameOf(key, limit));
    return known === undefined ? fullBucket(perMinute, now) : refilled(known, perMinute, now);
  };
  const keep = (key: Caller, limit: RateLimit, bucket: TokenBucket): void => {
    const name = nameOf(key, limit);
    buckets.delete(name);
    buckets.set(name, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > 2 * MAX_KEYS && oldest !== undefined) buckets.delete(oldest);
  };
  const requireRate = (key: Caller, limit: RateLimit, least: number): void => {
    const perMinute = key.limits[limit];
    if (perMinute === undefined) return;
    const waitMs = waitFor(bucketOf(key, limit, perMinute), least, perMinute);
    if (waitMs === 0) return;
    const retryAfterSeconds = Math.min(LONGEST_WAIT_SECONDS, Math.max(1, Math.ceil(waitMs / MS_PER_SECOND)));
    throw nodeError('key_rate_exceeded', { key: key.id, limit, allowed: perMinute }, { retryAfterSeconds });
  };
  const use = (key: Caller, limit: RateLimit, amount: number): void => {
    const perMinute = key.limits[limit];
    if (perMinute !== undefined) keep(key, limit, taken(bucketOf(key, limit, perMinute), amount));
  };
  const requireBudget = async (key: Caller, { tokensPerDay }: ApiKeyLimits): Promise<void> => {
    if (tokensPerDay === undefined) return;
    const tokens = await book.tokensOn(key.id, today());
    if (tokens < tokensPerDay) return;
    const retryAfterSeconds = Math.ceil((DAY_MS - (clock.now() % DAY_MS)) / MS_PER_SECOND);
    const details = { key: key.id, limit: 'tokensPerDay', used: tokens, allowed: tokensPerDay };
    throw nodeError('key_budget_exceeded', details, { retryAfterSeconds });
  };

  return {
    async admit(key) {
      await requireBudget(key, key.limits);
      requireRate(key, 'tokensPerMinute', 1);
      requireRate(key, 'requestsPerMinute', 1);
      use(key, 'requestsPerMinute', 1);
    },
    count(key, tokens) {
      use(key, 'tokensPerMinute', tokens);
      book.add(key.id, today(), tokens);
    },
    settled: book.settled,
  };
}

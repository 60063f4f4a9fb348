import type { Bid } from '@yellowstone/client';
import { mostTokensOf } from '../../carriage/most-tokens.js';
import { type AnswerSummary, faultOf } from '../answer-summary.js';

/** What this node saw of a provider with a model since it started. */
export interface Measurement {
  /** Requests that were asked. */
  readonly requests: number;
  /** Of these: no usable answer, or one that broke off. */
  readonly failures: number;
  /** Of these: an answer with nothing in it. */
  readonly empties: number;
  /** Of these: more tokens counted than can have passed. */
  readonly miscounts: number;
  /** How often something was wrong, the latest requests most [1e4 = always]. */
  readonly faultBps: number;
  /** Of streams, the latest most [tokens per 1,000 s]; undefined before one was long enough. */
  readonly tokensPerSecondMilli: number | undefined;
  /** Of streams, the latest most [ms]. */
  readonly ttftMs: number | undefined;
}

/** Measures answers, by provider and model: a bid that is priced anew keeps what is known. */
export interface Measurements {
  of(bid: MeasuredBid): Measurement | undefined;
  record(bid: MeasuredBid, answer: AnswerSummary): void;
  /** No usable answer came. */
  recordFailure(bid: MeasuredBid): void;
}

type MeasuredBid = Pick<Bid, 'provider' | 'modelId'>;

/** How much the latest one counts. */
const WEIGHT = 1 / 5;
const ALWAYS_BPS = 10_000;
const MS_PER_1000_SECONDS = 1_000_000;
/** Fewer tokens say nothing about speed. */
const MIN_TOKENS = 8;
/** The one that was measured longest ago is forgotten. */
const MAX_MEASURED = 4_000;

const NOTHING: Measurement = {
  requests: 0,
  failures: 0,
  empties: 0,
  miscounts: 0,
  faultBps: 0,
  tokensPerSecondMilli: undefined,
  ttftMs: undefined,
};

/** In memory: a restart forgets what was good and what was bad. */
export function createMeasurements(): Measurements {
  const measured = new Map<string, Measurement>();

  const keep = (bid: MeasuredBid, change: (before: Measurement) => Measurement): void => {
    const key = keyOf(bid);
    const next = change(measured.get(key) ?? NOTHING);
    measured.delete(key);
    measured.set(key, next);
    const [oldest] = measured.keys();
    if (measured.size > MAX_MEASURED && oldest !== undefined) measured.delete(oldest);
  };
  return {
    of: (bid) => measured.get(keyOf(bid)),
    record: (bid, answer) => keep(bid, (before) => withAnswer(before, answer)),
    recordFailure: (bid) =>
      keep(bid, (before) => ({
        ...before,
        requests: before.requests + 1,
        failures: before.failures + 1,
        faultBps: blended(before.faultBps, ALWAYS_BPS),
      })),
  };
}

/** What is known after one more answer. The reader's leaving says nothing about the provider. */
export function withAnswer(before: Measurement, answer: AnswerSummary): Measurement {
  if (answer.end === 'left') return before;
  const fault = faultOf(answer);
  const isBroken = answer.end !== 'whole';
  const speed = speedOf(answer);
  return {
    requests: before.requests + 1,
    failures: before.failures + Number(isBroken),
    empties: before.empties + Number(fault === 'empty'),
    miscounts: before.miscounts + Number(fault === 'miscounted'),
    faultBps: blended(before.faultBps, isBroken || fault !== undefined ? ALWAYS_BPS : 0),
    tokensPerSecondMilli:
      speed === undefined ? before.tokensPerSecondMilli : blended(before.tokensPerSecondMilli, speed),
    ttftMs: answer.ttftMs === undefined ? before.ttftMs : blended(before.ttftMs, answer.ttftMs),
  };
}

/** Between the first and the last piece of a stream, by what passed at most [tokens per 1,000 s]. */
function speedOf({ usage, passed, ttftMs, durationMs, end }: AnswerSummary): number | undefined {
  if (ttftMs === undefined || end !== 'whole') return undefined;
  const tokens = Math.min(usage.outputTokens, mostTokensOf(passed));
  const streamingMs = durationMs - ttftMs;
  // The first token came at the start of the time.
  return tokens < MIN_TOKENS || streamingMs <= 0 ? undefined : ((tokens - 1) / streamingMs) * MS_PER_1000_SECONDS;
}

function blended(before: number | undefined, now: number): number {
  return Math.round(before === undefined ? now : before + (now - before) * WEIGHT);
}

function keyOf({ provider, modelId }: MeasuredBid): string {
  return `${provider} ${modelId}`;
}

import type { Session } from '@yellowstone/client';
import { dayOf, type SessionId, type SessionReceipt } from '@yellowstone/protocol';
import { type Log, type ServedAnswers, type ServedPart, type ServedSums, sumOfServed } from '@yellowstone/service';
import type { Usage } from '../carriage/answer-observer.js';
import type { AnswerEnd } from '../carriage/relay-answer.js';
import type { Clock } from '../clock.js';
import { nodeError } from '../errors.js';

/** One answer, whole or not, as it was delivered. */
export interface ServedAnswer extends Usage {
  readonly durationMs: number;
  /** Undefined if no token came. */
  readonly ttftMs: number | undefined;
  readonly end: AnswerEnd;
  /** True if its backend is at fault. */
  readonly isFailed: boolean;
}

/** What a session got so far. */
export type SessionTotals = Omit<SessionReceipt, 'sessionId' | 'deadline'>;

/** Adds up what was served, for receipts and for the operator. */
export interface AnswerMeter {
  /** Takes it down; it is in the database a moment later, with all that came in the meantime. */
  record(session: Pick<Session, 'sessionId' | 'modelId'>, answer: ServedAnswer): void;
  /** Everything recorded so far, by any process of the database. @throws totals_unavailable */
  totals(sessionId: SessionId): Promise<SessionTotals>;
  /** Writes down what is left. */
  stop(): Promise<void>;
}

interface MeterDeps {
  readonly served: ServedAnswers;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

interface MeterOptions {
  /** How long an answer waits for others that are written with it; a process that is killed loses as much [ms]. */
  readonly paceMs?: number;
  /** Between attempts while the database cannot be reached [ms]. */
  readonly retryMs?: number;
  /** How often sessions that nobody can ask about any more are forgotten [ms]. */
  readonly forgetEveryMs?: number;
}

const UINT32_MAX = 2n ** 32n - 1n;
const US_PER_MS = 1_000;
const MS_PER_SECOND = 1_000;
const MILLI_PER_US = 1_000_000_000n;
/** Sessions last a day at most, and receipts are asked for at their end. */
const KEEP_SESSIONS_MS = 7 * 24 * 3_600_000;
/** Parts that wait while the database is away: as many sessions and models. Then the oldest are lost, and it is told. */
const MAX_WAITING = 10_000;

/**
 * One write at a time, for all that was recorded since the one before: a busy node writes ten times a second, and the
 * database is free for what answers wait for.
 */
export function createAnswerMeter(
  { served, clock, log }: MeterDeps,
  { paceMs = 100, retryMs = 1_000, forgetEveryMs = 3_600_000 }: MeterOptions = {},
): AnswerMeter {
  const waiting = new Map<string, ServedPart>();
  let latest: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let forgottenAt = clock.now();
  let timer: NodeJS.Timeout | undefined;

  const take = (part: ServedPart): void => {
    const key = `${part.day} ${part.sessionId}`;
    const before = waiting.get(key);
    waiting.set(key, before === undefined ? part : { ...part, ...sumOfServed(before, part) });
    const [oldest] = waiting.keys();
    if (waiting.size <= MAX_WAITING || oldest === undefined) return;
    waiting.delete(oldest);
    log.error({ waiting: waiting.size }, 'answers are forgotten, the database is away for too long');
  };
  const writeWaiting = async (): Promise<void> => {
    const parts = [...waiting.values()];
    waiting.clear();
    try {
      await served.add(parts);
    } catch (error) {
      for (const part of parts) take(part);
      throw error;
    }
    if (clock.now() - forgottenAt < forgetEveryMs) return;
    forgottenAt = clock.now();
    await served.forgetSessions(forgottenAt - KEEP_SESSIONS_MS);
  };
  /** Everything recorded before this call is written when it resolves. */
  const write = (): Promise<void> => {
    next ??= latest
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return writeWaiting();
      });
    latest = next;
    return next;
  };
  const writeIn = (delayMs: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      write().catch((error: unknown) => {
        log.error({ waiting: waiting.size, err: error }, 'answers cannot be written down');
        writeIn(retryMs);
      });
    }, delayMs).unref();
  };
  return {
    record({ sessionId, modelId }, answer) {
      const day = Number(dayOf(BigInt(Math.floor(clock.now() / MS_PER_SECOND))));
      take({ sessionId, modelId, day, ...toSums(answer) });
      writeIn(paceMs);
    },
    async totals(sessionId) {
      try {
        await write();
        return toTotals((await served.ofSession(sessionId)) ?? NOTHING);
      } catch (cause) {
        throw nodeError('totals_unavailable', { sessionId }, { cause, retryAfterSeconds: 5 });
      }
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await write().catch((error: unknown) => {
        log.error({ waiting: waiting.size, err: error }, 'answers are lost, they cannot be written down');
      });
    },
  };
}

const NOTHING: ServedSums = {
  answers: 0n,
  failures: 0n,
  inputTokens: 0n,
  outputTokens: 0n,
  durationUs: 0n,
  firstTokens: 0n,
  firstTokenUs: 0n,
};

function toSums({ inputTokens, outputTokens, durationMs, ttftMs, isFailed }: ServedAnswer): ServedSums {
  return {
    answers: isFailed ? 0n : 1n,
    failures: isFailed ? 1n : 0n,
    inputTokens: BigInt(inputTokens),
    outputTokens: BigInt(outputTokens),
    durationUs: microseconds(durationMs),
    firstTokens: ttftMs === undefined ? 0n : 1n,
    firstTokenUs: ttftMs === undefined ? 0n : microseconds(ttftMs),
  };
}

function microseconds(ms: number): bigint {
  return BigInt(Math.round(ms * US_PER_MS));
}

/** Speed and time round down and saturate; they feed statistics, never money. */
function toTotals({ inputTokens, outputTokens, durationUs, firstTokens, firstTokenUs }: ServedSums): SessionTotals {
  const speed = durationUs === 0n ? 0n : (outputTokens * MILLI_PER_US) / durationUs;
  const ttftMs = firstTokens === 0n ? 0n : firstTokenUs / firstTokens / BigInt(US_PER_MS);
  return {
    inputTokens,
    outputTokens,
    tokensPerSecondMilli: speed < UINT32_MAX ? speed : UINT32_MAX,
    ttftMs: ttftMs < UINT32_MAX ? ttftMs : UINT32_MAX,
  };
}

import type { SessionId, SessionReceipt } from '@yellowstone/protocol';
import type { Usage } from '../carriage/answer-observer.js';

/** One answer, whole or not, as it was delivered. */
export interface MeteredAnswer extends Usage {
  readonly durationMs: number;
  /** Undefined if no token came. */
  readonly ttftMs: number | undefined;
}

/** What a session got so far. */
export type SessionTotals = Omit<SessionReceipt, 'sessionId' | 'deadline'>;

/** Adds up what sessions got. */
export interface SessionMeter {
  record(sessionId: SessionId, answer: MeteredAnswer): void;
  totals(sessionId: SessionId): SessionTotals;
}

interface Sums {
  inputTokens: number;
  outputTokens: number;
  durationMs: number;
  ttftMs: number;
  firstTokens: number;
}

const UINT32_MAX = 2 ** 32 - 1;
const MILLI_PER_MS = 1_000_000;

/** In the memory of the process; the sessions used longest ago are forgotten first. */
export function createSessionMeter({ maxSessions = 10_000 }: { readonly maxSessions?: number } = {}): SessionMeter {
  const sessions = new Map<SessionId, Sums>();
  return {
    record(sessionId, { inputTokens, outputTokens, durationMs, ttftMs }) {
      const sums = sessions.get(sessionId) ?? newSums();
      sums.inputTokens += inputTokens;
      sums.outputTokens += outputTokens;
      sums.durationMs += durationMs;
      if (ttftMs !== undefined) {
        sums.ttftMs += ttftMs;
        sums.firstTokens += 1;
      }
      sessions.delete(sessionId);
      sessions.set(sessionId, sums);
      const [oldest] = sessions.keys();
      if (sessions.size > maxSessions && oldest !== undefined) sessions.delete(oldest);
    },
    totals(sessionId) {
      const { inputTokens, outputTokens, durationMs, ttftMs, firstTokens } = sessions.get(sessionId) ?? newSums();
      // Speed and time round down and saturate; they feed statistics, never money.
      const speed = durationMs === 0 ? 0 : (outputTokens * MILLI_PER_MS) / durationMs;
      return {
        inputTokens: BigInt(inputTokens),
        outputTokens: BigInt(outputTokens),
        tokensPerSecondMilli: BigInt(Math.min(Math.floor(speed), UINT32_MAX)),
        ttftMs: BigInt(Math.min(Math.floor(firstTokens === 0 ? 0 : ttftMs / firstTokens), UINT32_MAX)),
      };
    },
  };
}

function newSums(): Sums {
  return { inputTokens: 0, outputTokens: 0, durationMs: 0, ttftMs: 0, firstTokens: 0 };
}

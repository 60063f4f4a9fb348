import { parseSessionId } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { createSessionMeter } from './session-meter.js';

const session = (digit: string) => parseSessionId(`0x${digit.repeat(64)}`);

describe('createSessionMeter', () => {
  it('adds up answers, the speed over all and the mean time to the first token', () => {
    const meter = createSessionMeter();
    meter.record(session('1'), { inputTokens: 5, outputTokens: 10, durationMs: 500, ttftMs: 20 });
    meter.record(session('1'), { inputTokens: 5, outputTokens: 0, durationMs: 500, ttftMs: undefined });
    expect(meter.totals(session('1'))).toEqual({
      inputTokens: 10n,
      outputTokens: 10n,
      tokensPerSecondMilli: 10_000n,
      ttftMs: 20n,
    });
  });

  it('is zero for a session that was not used', () => {
    const zeros = { inputTokens: 0n, outputTokens: 0n, tokensPerSecondMilli: 0n, ttftMs: 0n };
    expect(createSessionMeter().totals(session('2'))).toEqual(zeros);
  });

  it('saturates, and forgets the session used longest ago', () => {
    const meter = createSessionMeter({ maxSessions: 1 });
    meter.record(session('1'), { inputTokens: 1, outputTokens: 10 ** 12, durationMs: 0.001, ttftMs: 10 ** 12 });
    expect(meter.totals(session('1'))).toMatchObject({ tokensPerSecondMilli: 4_294_967_295n, ttftMs: 4_294_967_295n });
    meter.record(session('2'), { inputTokens: 1, outputTokens: 1, durationMs: 1, ttftMs: 1 });
    expect(meter.totals(session('1')).inputTokens).toBe(0n);
  });
});

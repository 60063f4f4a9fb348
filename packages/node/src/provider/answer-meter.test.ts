import { parseModelId, parseSessionId } from '@yellowstone/protocol';
import type { ServedAnswers, ServedPart } from '@yellowstone/service';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quietLog } from '../testing/keys.js';
import { rememberedAnswers } from '../testing/served-answers.js';
import { createAnswerMeter, type ServedAnswer } from './answer-meter.js';

const of = (digit: string) => ({
  sessionId: parseSessionId(`0x${digit.repeat(64)}`),
  modelId: parseModelId(`0x${'ab'.repeat(32)}`),
});
const answer = (change: Partial<ServedAnswer> = {}): ServedAnswer => ({
  inputTokens: 5,
  outputTokens: 10,
  durationMs: 500,
  ttftMs: 20,
  end: 'whole',
  isFailed: false,
  ...change,
});

let served: ServedAnswers & { readonly writes: number };
let now: number;
const meterOf = () => createAnswerMeter({ served, clock: { now: () => now }, log: quietLog });

beforeEach(() => {
  vi.useFakeTimers();
  served = rememberedAnswers();
  now = Date.UTC(2026, 10, 28, 23, 59);
});
afterEach(() => void vi.useRealTimers());

describe('the totals of a session', () => {
  it('add up answers, the speed over all and the mean time to the first token', async () => {
    const meter = meterOf();
    meter.record(of('1'), answer());
    meter.record(of('1'), answer({ outputTokens: 0, ttftMs: undefined }));
    expect(await meter.totals(of('1').sessionId)).toEqual({
      inputTokens: 10n,
      outputTokens: 10n,
      tokensPerSecondMilli: 10_000n,
      ttftMs: 20n,
    });
  });

  it('are zero for a session that was not used', async () => {
    const zeros = { inputTokens: 0n, outputTokens: 0n, tokensPerSecondMilli: 0n, ttftMs: 0n };
    expect(await meterOf().totals(of('2').sessionId)).toEqual(zeros);
  });

  it('saturate', async () => {
    const meter = meterOf();
    meter.record(of('1'), answer({ outputTokens: 10 ** 12, durationMs: 0.001, ttftMs: 10 ** 12 }));
    const most = { tokensPerSecondMilli: 4_294_967_295n, ttftMs: 4_294_967_295n };
    expect(await meter.totals(of('1').sessionId)).toMatchObject(most);
  });

  it('lose nothing to a restart, and add up over two processes', async () => {
    const [one, two] = [meterOf(), meterOf()];
    one.record(of('1'), answer());
    two.record(of('1'), answer());
    await one.stop();
    expect(await two.totals(of('1').sessionId)).toMatchObject({ inputTokens: 10n, outputTokens: 20n });
    expect(await meterOf().totals(of('1').sessionId)).toMatchObject({ inputTokens: 10n, outputTokens: 20n });
  });
});

describe('what is written', () => {
  it('is by model and UTC day, with failures apart from answers', async () => {
    const meter = meterOf();
    meter.record(of('1'), answer());
    meter.record(of('2'), answer({ outputTokens: 3, isFailed: true, end: 'truncated' }));
    now += 60_000;
    meter.record(of('1'), answer());
    await meter.stop();
    const days = await served.byDay({ from: 0, to: 99_999 });
    expect(days).toMatchObject([
      { day: 20_785, modelId: of('1').modelId, answers: 1n, failures: 1n, outputTokens: 13n, durationUs: 1_000_000n },
      { day: 20_786, modelId: of('1').modelId, answers: 1n, failures: 0n, outputTokens: 10n },
    ]);
  });

  it('goes together with all that came within a tenth of a second, and is there after it', async () => {
    const meter = meterOf();
    for (let at = 0; at < 100; at += 1) meter.record(of('1'), answer());
    expect(served.writes).toBe(0);
    await vi.advanceTimersByTimeAsync(100);
    expect(served.writes).toBe(1);
    expect(await served.ofSession(of('1').sessionId)).toMatchObject({ answers: 100n, outputTokens: 1_000n });
  });

  it('waits while the database is away, and is written once it is back', async () => {
    const meter = meterOf();
    const add = vi.spyOn(served, 'add').mockRejectedValue(new Error('away'));
    meter.record(of('1'), answer());
    await expect(meter.totals(of('1').sessionId)).rejects.toMatchObject({
      code: 'totals_unavailable',
      httpStatus: 503,
      retryAfterSeconds: 5,
    });
    meter.record(of('1'), answer());
    await vi.advanceTimersByTimeAsync(3_000);
    add.mockRestore();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await served.ofSession(of('1').sessionId)).toMatchObject({ answers: 2n, outputTokens: 20n });
  });

  it('is bounded while the database is away', async () => {
    const meter = meterOf();
    const add = vi.spyOn(served, 'add').mockRejectedValue(new Error('away'));
    for (let at = 0; at < 10_050; at += 1) {
      meter.record({ ...of('1'), sessionId: parseSessionId(`0x${at.toString(16).padStart(64, '0')}`) }, answer());
    }
    await meter.stop();
    const parts = add.mock.lastCall?.[0] as readonly ServedPart[];
    expect(parts).toHaveLength(10_000);
  });

  it('is forgotten by session after a week, once an hour', async () => {
    const meter = meterOf();
    const forget = vi.spyOn(served, 'forgetSessions');
    meter.record(of('1'), answer());
    await meter.totals(of('1').sessionId);
    now += 3_600_000;
    meter.record(of('1'), answer());
    await meter.totals(of('1').sessionId);
    await meter.totals(of('1').sessionId);
    expect(forget.mock.calls).toEqual([[now - 7 * 24 * 3_600_000]]);
  });
});

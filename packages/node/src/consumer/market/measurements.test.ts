import type { Address, ModelId } from '@yellowstone/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AnswerSummary } from '../answer-summary.js';
import { createMeasurements, type Measurements } from './measurements.js';

const bid = { provider: '0x1' as unknown as Address, modelId: '0x2' as unknown as ModelId };
const good: AnswerSummary = {
  end: 'whole',
  usage: { inputTokens: 7, outputTokens: 101 },
  passed: { deltas: 101, characters: 400 },
  ttftMs: 200,
  durationMs: 1_200,
};
let measurements: Measurements;

beforeEach(() => {
  measurements = createMeasurements();
});

describe('createMeasurements', () => {
  it('knows nothing before something was measured', () => {
    expect(measurements.of(bid)).toBeUndefined();
  });

  it('measures speed between the first token and the last, and the time to the first', () => {
    measurements.record(bid, good);
    expect(measurements.of(bid)).toMatchObject({
      requests: 1,
      tokensPerSecondMilli: 100_000,
      ttftMs: 200,
      faultBps: 0,
    });
    measurements.record(bid, { ...good, durationMs: 2_200 });
    expect(measurements.of(bid)?.tokensPerSecondMilli).toBe(90_000);
    expect(measurements.of({ ...bid, modelId: '0x3' as unknown as ModelId })).toBeUndefined();
  });

  it.each([
    ['in one piece', { ttftMs: undefined }],
    ['too short to tell', { usage: { inputTokens: 1, outputTokens: 7 } }],
    ['of no time', { durationMs: 200 }],
  ])('has no speed of an answer %s', (_, change) => {
    measurements.record(bid, { ...good, ...change });
    expect(measurements.of(bid)).toMatchObject({ requests: 1, tokensPerSecondMilli: undefined });
  });

  it('measures by what passed, not by what the provider claims', () => {
    measurements.record(bid, { ...good, usage: { inputTokens: 7, outputTokens: 10_000 } });
    expect(measurements.of(bid)).toMatchObject({ miscounts: 1, tokensPerSecondMilli: 100_000 });
  });

  it('counts what is wrong, and forgets it as good answers come', () => {
    measurements.recordFailure(bid);
    measurements.record(bid, { ...good, end: 'truncated' });
    measurements.record(bid, { ...good, passed: { deltas: 0, characters: 0 } });
    const bad = measurements.of(bid);
    expect(bad).toMatchObject({ requests: 3, failures: 2, empties: 1, faultBps: 4_880 });
    for (let at = 0; at < 10; at += 1) measurements.record(bid, good);
    expect(measurements.of(bid)?.faultBps).toBeLessThan((bad?.faultBps ?? 0) / 8);
  });

  it('does not hold it against a provider that a reader left', () => {
    measurements.record(bid, { ...good, end: 'left' });
    expect(measurements.of(bid)?.requests).toBe(0);
  });

  it('remembers a bounded number of them', () => {
    for (let at = 0; at <= 4_000; at += 1)
      measurements.record({ ...bid, provider: `${at}` as unknown as Address }, good);
    expect(measurements.of({ ...bid, provider: '0' as unknown as Address })).toBeUndefined();
    expect(measurements.of({ ...bid, provider: '1' as unknown as Address })).toBeDefined();
  });
});

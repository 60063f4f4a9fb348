import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/open-database.js';
import { DATABASES, openEmpty } from '../testing/databases.js';
import { createServedAnswers, type ServedPart } from './served-answers.js';

const part = (change: Partial<ServedPart> = {}): ServedPart => ({
  sessionId: 'session 1',
  modelId: 'model 1',
  day: 20_000,
  answers: 1n,
  failures: 0n,
  inputTokens: 7n,
  outputTokens: 5n,
  durationUs: 1_500n,
  firstTokens: 1n,
  firstTokenUs: 200n,
  ...change,
});
const sums = (times: bigint) => ({
  answers: times,
  failures: 0n,
  inputTokens: 7n * times,
  outputTokens: 5n * times,
  durationUs: 1_500n * times,
  firstTokens: times,
  firstTokenUs: 200n * times,
});

describe.each(DATABASES)('served answers on %s', (kind) => {
  let database: Database;
  let now = 0;
  const clock = { now: () => now };
  const storeOf = (owner: string) => createServedAnswers({ database, clock }, owner);
  beforeAll(async () => {
    database = await openEmpty(kind);
  });
  afterAll(() => database?.close());

  it('add up by session, and by day and model, over a restart too', async () => {
    await storeOf('sums').add([part(), part({ sessionId: 'session 2' }), part({ modelId: 'model 2' })]);
    await storeOf('sums').add([part({ day: 20_001 })]);
    expect(await storeOf('sums').ofSession('session 1')).toEqual(sums(3n));
    expect(await storeOf('sums').ofSession('session 3')).toBeUndefined();
    expect(await storeOf('sums').byDay({ from: 20_000, to: 20_001 })).toEqual([
      { day: 20_000, modelId: 'model 1', ...sums(2n) },
      { day: 20_000, modelId: 'model 2', ...sums(1n) },
      { day: 20_001, modelId: 'model 1', ...sums(1n) },
    ]);
    expect(await storeOf('sums').byDay({ from: 20_001, to: 20_001 })).toHaveLength(1);
  });

  it('add nothing for others, and take nothing', async () => {
    await storeOf('one').add([]);
    await storeOf('one').add([part()]);
    expect(await storeOf('other').ofSession('session 1')).toBeUndefined();
    expect(await storeOf('other').byDay({ from: 0, to: 99_999 })).toEqual([]);
  });

  it('lose nothing when two processes add the same sessions in different order', async () => {
    const [one, two] = [storeOf('both'), storeOf('both')];
    const sessions = Array.from({ length: 10 }, (_, at) =>
      part({ sessionId: `session ${at}`, modelId: `model ${at}` }),
    );
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? one.add(sessions) : two.add([...sessions].reverse()))),
    );
    for (const { sessionId } of sessions) expect(await one.ofSession(sessionId)).toEqual(sums(20n));
  });

  it('forget sessions that were not used for long, and no day', async () => {
    now = 1_000;
    await storeOf('old').add([part()]);
    now = 5_000;
    await storeOf('old').add([part({ sessionId: 'session 2' })]);
    expect(await storeOf('old').forgetSessions(5_000)).toBe(1);
    expect(await storeOf('old').ofSession('session 1')).toBeUndefined();
    expect(await storeOf('old').ofSession('session 2')).toEqual(sums(1n));
    expect(await storeOf('old').byDay({ from: 20_000, to: 20_000 })).toMatchObject([{ answers: 2n }]);
  });
});

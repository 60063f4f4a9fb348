import { parseAddress } from '@yellowstone/protocol';
import { createEarnedMoney, createServedAnswers, type Database } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmptyDatabase } from '../testing/empty-database.js';
import { createEarningsReport } from './report-earnings.js';

const provider = parseAddress(`0x${'12'.repeat(20)}`);
const sums = {
  failures: 1n,
  inputTokens: 7n,
  outputTokens: 5n,
  durationUs: 1_500_000n,
  firstTokens: 1n,
  firstTokenUs: 9n,
};
const session = { usedSeconds: 60n, creditedMor: 11n, keptMor: 0n, vestDay: 0, blockNumber: 1n };

let database: Database;
beforeAll(async () => {
  database = await openEmptyDatabase();
});
afterAll(() => database.close());

function partsOf(owner: string) {
  const served = createServedAnswers({ database, clock: { now: () => 0 } }, owner);
  const earned = createEarnedMoney({ database }, owner);
  const reads = {
    sessionCredits: async () => ({ vestedMor: 30n, unvestedMor: 4n }),
    directOwed: async () => 5n,
    pool: async () => ({ availableMor: 12n }) as never,
  };
  return { served, earned, report: createEarningsReport({ served, earned, reads }, { provider }) };
}

describe('createEarningsReport', () => {
  it('puts what was served beside what was earned, by day and model', async () => {
    const { served, earned, report } = partsOf('a');
    const part = { sessionId: 's', answers: 2n, ...sums };
    await served.add([
      { ...part, modelId: 'b', day: 100 },
      { ...part, modelId: 'a', day: 101 },
      { ...part, modelId: 'a', day: 99 },
    ]);
    await earned.append(undefined, {
      sessions: [
        { ...session, sessionId: '1', modelId: 'a', day: 101, isDirect: false },
        { ...session, sessionId: '2', modelId: 'a', day: 101, isDirect: true, creditedMor: 5n },
        { ...session, sessionId: '3', modelId: 'c', day: 102, isDirect: false },
      ],
      payments: [
        { transactionHash: 't', logIndex: 1, isDirect: false, day: 103, paidMor: 8n, blockNumber: 2n },
        { transactionHash: 't', logIndex: 2, isDirect: true, day: 103, paidMor: 2n, blockNumber: 2n },
        { transactionHash: 't', logIndex: 3, isDirect: false, day: 104, paidMor: 900n, blockNumber: 2n },
      ],
      cursor: { firstBlock: 1n, nextBlock: 3n, parentHash: 'x', readToAt: 77_000 },
    });
    const earnings = await report({ from: 100, to: 103 });
    expect(earnings.days.map(({ day, models }) => [day, models.map(({ modelId }) => modelId)])).toEqual([
      [100, ['b']],
      [101, ['a']],
      [102, ['c']],
      [103, []],
    ]);
    expect(earnings.days[1]?.models[0]).toEqual({
      modelId: 'a',
      answers: 2n,
      failures: 1n,
      inputTokens: 7n,
      outputTokens: 5n,
      servedUs: 1_500_000n,
      sessionsClosed: 2n,
      sessionSeconds: 120n,
      creditedMor: 11n,
      directMor: 5n,
    });
    expect(earnings.days[3]).toMatchObject({ claimedMor: 8n, withdrawnMor: 2n });
    expect(earnings.total).toMatchObject({
      answers: 4n,
      sessionsClosed: 3n,
      creditedMor: 22n,
      directMor: 5n,
      claimedMor: 8n,
      withdrawnMor: 2n,
    });
    expect(earnings).toMatchObject({ provider, readToAt: 77_000 });
  });

  it('tells what is owed now, and how much of it can be claimed', async () => {
    const earnings = await partsOf('b').report({ from: 0, to: 10 });
    expect(earnings).toMatchObject({
      days: [],
      readToAt: undefined,
      owed: { unvestedMor: 4n, vestedMor: 30n, claimableMor: 12n, directMor: 5n },
    });
  });
});

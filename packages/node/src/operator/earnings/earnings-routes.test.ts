import { beforeAll, describe, expect, it } from 'vitest';
import type { DayRange, Earnings } from '../../earnings/report-earnings.js';
import { createFakeChain } from '../../testing/fake-chain.js';
import { addressOf, providerWallet } from '../../testing/keys.js';
import { createTestApi, type TestApi } from '../../testing/operator-api.js';

const modelId = `0x${'ab'.repeat(32)}`;
const sums = {
  answers: 3n,
  failures: 1n,
  inputTokens: 20n,
  outputTokens: 2n ** 60n,
  servedUs: 1_500_000n,
  sessionsClosed: 2n,
  sessionSeconds: 900n,
  creditedMor: 10n ** 20n,
  directMor: 7n,
};
const paid = { claimedMor: 5n, withdrawnMor: 6n };
const earnings: Earnings = {
  provider: addressOf(providerWallet),
  days: [{ day: 20_785, ...paid, models: [{ modelId, ...sums }] }],
  total: { ...sums, ...paid },
  readToAt: 1_795_910_400_500,
  owed: { unvestedMor: 1n, vestedMor: 2n, claimableMor: 1n, directMor: 0n },
};

let api: TestApi;
let asked: DayRange | undefined;

beforeAll(async () => {
  const reportEarnings = async (range: DayRange): Promise<Earnings> => {
    asked = range;
    return earnings;
  };
  api = await createTestApi({ chain: createFakeChain(), wallet: providerWallet, reportEarnings });
});

describe('GET /provider/earnings', () => {
  it('tells what was served and earned, exactly', async () => {
    const { status, body } = await api.call('GET', '/provider/earnings?from=2026-11-01&to=2026-11-28');
    expect([status, asked]).toEqual([200, { from: 20_758, to: 20_785 }]);
    const told = {
      answers: '3',
      failures: '1',
      inputTokens: '20',
      outputTokens: '1152921504606846976',
      servedSeconds: 1.5,
      sessionsClosed: '2',
      sessionSeconds: '900',
      credited: '100000000000000000000',
      direct: '7',
    };
    expect(body).toEqual({
      provider: earnings.provider,
      from: '2026-11-01',
      to: '2026-11-28',
      days: [{ day: '2026-11-28', claimed: '5', withdrawn: '6', models: [{ modelId, name: null, ...told }] }],
      total: { ...told, claimed: '5', withdrawn: '6' },
      readTo: '1795910400',
      owed: { unvested: '1', vested: '2', claimable: '1', direct: '0' },
    });
  });

  it('is about the last 30 days when not told otherwise', async () => {
    const today = Math.floor(Date.now() / 86_400_000);
    await api.call('GET', '/provider/earnings');
    expect(asked).toEqual({ from: today - 29, to: today });
    await api.call('GET', '/provider/earnings?to=2026-03-01');
    expect(asked).toEqual({ from: 20_484, to: 20_513 });
  });

  it.each([
    ['a day that is not in the calendar', 'from=2026-02-30'],
    ['days in the wrong order', 'from=2026-11-28&to=2026-11-27'],
    ['more than a year', 'from=2025-11-27&to=2026-11-28'],
    ['no day', 'to=today'],
  ])('refuses %s', async (_, query) => {
    expect(await api.call('GET', `/provider/earnings?${query}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'request_invalid' } },
    });
  });

  it('takes a leap year whole', async () => {
    expect((await api.call('GET', '/provider/earnings?from=2024-01-01&to=2024-12-31')).status).toBe(200);
  });
});

import { listen, type Listening } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeError } from '../errors.js';
import type { DayRange, Earnings } from '../earnings/report-earnings.js';
import { createFakeChain } from '../testing/fake-chain.js';
import { runInWorld } from '../testing/fake-world.js';
import { addressOf, providerWallet } from '../testing/keys.js';
import { createTestApi } from '../testing/operator-api.js';

const sums = {
  answers: 3n,
  failures: 0n,
  inputTokens: 21n,
  outputTokens: 15n,
  servedUs: 1_500_000n,
  sessionsClosed: 1n,
  sessionSeconds: 900n,
  creditedMor: 9n * 10n ** 15n,
  directMor: 0n,
};
const paid = { claimedMor: 10n ** 18n, withdrawnMor: 0n };
const modelId = `0x${'ab'.repeat(32)}`;

let running: Listening;
let asked: DayRange | undefined;
let hasDays: boolean;

beforeAll(async () => {
  const reportEarnings = async (range: DayRange): Promise<Earnings> => {
    asked = range;
    return {
      provider: addressOf(providerWallet),
      days: hasDays ? [{ day: 20_785, ...paid, models: [{ modelId, ...sums }] }] : [],
      total: { ...sums, ...paid },
      readToAt: undefined,
      owed: { unvestedMor: 0n, vestedMor: 2n * 10n ** 18n, claimableMor: 10n ** 18n, directMor: 0n },
    };
  };
  const authenticate = async (request: { headers: { authorization?: string | undefined } }) => {
    if (request.headers.authorization !== 'Bearer key') throw nodeError('invalid_api_key');
    return undefined;
  };
  const api = await createTestApi({ chain: createFakeChain(), wallet: providerWallet, reportEarnings, authenticate });
  running = await listen(api.server, { host: '127.0.0.1', port: 0, graceMs: 100 });
});
afterAll(() => running?.stop());

const earnings = (...args: string[]) =>
  runInWorld([...args, '--url', running.url], { env: { YELLOWSTONE_API_KEY: 'key' } });

describe('provider earnings', () => {
  it('shows a line for each day and model, and what it comes to', async () => {
    hasDays = true;
    const { code, stdout } = await earnings('provider', 'earnings', '--from', '2026-11-27', '--to', '2026-11-28');
    expect([code, asked]).toEqual([0, { from: 20_784, to: 20_785 }]);
    const [titles, line] = stdout.split('\n');
    expect(titles).toMatch(
      /^day +model +answers +failed +tokens in +tokens out +sessions closed +from the pool +direct$/,
    );
    expect(line).toMatch(/^2026-11-28 +0xabab…abab +3 +0 +21 +15 +1 +0\.009 MOR +0 MOR$/);
    expect(stdout).toMatch(/earned +0\.009 MOR from the pool, 0 MOR directly/);
    expect(stdout).toMatch(/owed now +0 MOR unvested, 2 MOR vested/);
    expect(stdout).toMatch(/can be claimed +1 MOR, by `yellowstone claim`/);
    expect(stdout).toMatch(/chain read to +not yet/);
  });

  it('is one line of JSON for programs', async () => {
    hasDays = true;
    const { stdout } = await earnings('--json', 'provider', 'earnings');
    expect(JSON.parse(stdout)).toMatchObject({
      total: { credited: '9000000000000000' },
      days: [{ day: '2026-11-28' }],
    });
  });

  it('shows what is owed when nothing happened', async () => {
    hasDays = false;
    const { code, stdout } = await earnings('provider', 'earnings');
    expect([code, stdout.startsWith('provider')]).toEqual([0, true]);
  });

  it('needs a key, and days of the calendar', async () => {
    const without = await runInWorld(['--json', 'provider', 'earnings', '--url', running.url]);
    expect(without.stderr).toContain('invalid_api_key');
    expect(await earnings('provider', 'earnings', '--from', '2026-02-30')).toMatchObject({ code: 2, stdout: '' });
  });
});

import { MOR, parseAddress } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { factsOf, type Money } from './money.js';
import { stateOf } from './sessions.js';

const NOW = 1_800_000_000n;
const nothing = { activeMor: 0n, countedMor: 0n, usedMor: 0n, remainingMor: 0n };
const poor: Money = {
  account: parseAddress(`0x${'11'.repeat(20)}`),
  walletMor: 0n,
  etherWei: 0n,
  approvedMor: 0n,
  stakes: { session: nothing, access: nothing },
  unstaking: { dueMor: 0n, pending: [] },
  escrowMor: 0n,
  directOwedMor: 0n,
  providerStakeMor: 0n,
  credits: { unvestedMor: 0n, vestedMor: 0n, claimableMor: 0n },
  day: { day: 20_833n, budgetMor: 0n, endsAt: NOW + 3_600n },
};

describe('the facts of money', () => {
  it('leave out what somebody does not have', () => {
    expect(factsOf(poor, NOW).map(([name]) => name)).toEqual([
      'account',
      'wallet',
      'gas',
      'staked, sessions',
      'staked, access',
      'allowance today',
      'credits',
    ]);
  });

  it.each([
    [
      'unstaking',
      { unstaking: { dueMor: 0n, pending: [{ amountMor: MOR, withdrawableAt: NOW + 60n }] } },
      /^1 MOR, leaves in 1 min \(2027/,
    ],
    ['can be withdrawn', { unstaking: { dueMor: 2n * MOR, pending: [] } }, /^2 MOR, by `money withdraw`/],
    ['in escrow', { escrowMor: 1n }, /^0.000000000000000001 MOR/],
    ['staked, provider', { providerStakeMor: 10n * MOR }, /^10 MOR$/],
    [
      'can be claimed',
      { credits: { unvestedMor: 0n, vestedMor: MOR, claimableMor: MOR / 2n } },
      /^0.5 MOR, by `claim`/,
    ],
    ['direct, unpaid', { directOwedMor: MOR }, /^1 MOR, by `claim`/],
    [
      'staked, sessions',
      { stakes: { session: { ...nothing, activeMor: MOR, countedMor: 3n * MOR }, access: nothing } },
      /^1 MOR, counted today 3 MOR$/,
    ],
  ])('tell %s', (name, change: Partial<Money>, text) => {
    const facts = new Map(factsOf({ ...poor, ...change }, NOW));
    expect(facts.get(name)).toMatch(text);
  });
});

describe('the state of a session', () => {
  it.each([
    [{ isClosed: false, endsAt: NOW + 1n }, 'open'],
    [{ isClosed: false, endsAt: NOW }, 'ended'],
    [{ isClosed: true, endsAt: NOW + 1n }, 'closed'],
  ])('%o is %s', (session, state) => {
    expect(stateOf(session, NOW)).toBe(state);
  });
});

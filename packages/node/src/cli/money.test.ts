import { MOR, parseAddress } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import type { Overview } from '../money/overview.js';
import { factsOf } from './money.js';
import { stateOf } from './sessions.js';

const NOW = 1_800_000_000n;
const nothing = { activeMor: '0', countedMor: '0', usedMor: '0', remainingMor: '0' };
const mor = (amount: bigint): string => (amount * MOR).toString();
const account = parseAddress(`0x${'11'.repeat(20)}`);
const poor: Overview = {
  now: Number(NOW),
  account,
  provider: account,
  walletMor: '0',
  etherWei: '0',
  approvedMor: '0',
  stakes: { session: nothing, access: nothing },
  unstaking: { dueMor: '0', pending: [] },
  escrowMor: '0',
  directOwedMor: '0',
  providerStakeMor: '0',
  credits: { unvestedMor: '0', vestedMor: '0', claimableMor: '0' },
  day: { day: 20_833, budgetMor: '0', endsAt: Number(NOW) + 3_600, spentMor: null, maxMorPerDay: null },
  pendingIntents: null,
};
const pendingIntent = { id: '7', kind: 'openSession', state: 'sent', nonce: 3, createdAt: 0, ageSeconds: 90 } as const;

describe('the facts of money', () => {
  it('leave out what somebody does not have', () => {
    expect(factsOf(poor).map(([name]) => name)).toEqual([
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
      {
        unstaking: {
          dueMor: '0',
          pending: [{ amountMor: mor(1n), withdrawableAt: Number(NOW) + 60, withdrawableAtIso: '' }],
        },
      },
      /^1 MOR, leaves in 1 min \(2027/,
    ],
    ['can be withdrawn', { unstaking: { dueMor: mor(2n), pending: [] } }, /^2 MOR, by `money withdraw`/],
    ['in escrow', { escrowMor: '1' }, /^0.000000000000000001 MOR/],
    ['staked, provider', { providerStakeMor: mor(10n) }, /^10 MOR$/],
    [
      'can be claimed',
      { credits: { unvestedMor: '0', vestedMor: mor(1n), claimableMor: `${MOR / 2n}` } },
      /^0.5 MOR, by `claim`/,
    ],
    ['direct, unpaid', { directOwedMor: mor(1n) }, /^1 MOR, by `claim`/],
    [
      'staked, sessions',
      { stakes: { session: { ...nothing, activeMor: mor(1n), countedMor: mor(3n) }, access: nothing } },
      /^1 MOR, counted today 3 MOR$/,
    ],
    ['provider', { provider: parseAddress(`0x${'22'.repeat(20)}`) }, /^0x2222/],
    ['spent today', { day: { ...poor.day, spentMor: mor(1n) } }, /^1 MOR for sessions$/],
    ['spent today', { day: { ...poor.day, spentMor: '0', maxMorPerDay: mor(2n) } }, /^0 MOR for sessions, of 2 MOR$/],
    ['on its way', { pendingIntents: [pendingIntent] }, /^openSession, sent, for 1 min 30 s$/],
  ])('tell %s', (name, change: Partial<Overview>, text) => {
    const facts = new Map(factsOf({ ...poor, ...change }));
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

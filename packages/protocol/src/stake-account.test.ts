import { describe, expect, it } from 'vitest';
import {
  accountRemainingMor,
  addStake,
  chargeAccount,
  EMPTY_STAKE_ACCOUNT,
  giveBackToAccount,
  removeStake,
  touchAccount,
  usableStakeMor,
} from './stake-account.js';

const DAY = 20_000n;
const NEXT = DAY + 1n;
const share = { day: DAY, budgetMor: 1_000n, supplyMor: 10_000n };
const { account: hundred } = addStake(EMPTY_STAKE_ACCOUNT, { amountMor: 100n, day: DAY, headroomMor: undefined });

describe('a stake account (DESIGN 4)', () => {
  it('is active and counted at once', () => {
    expect(hundred).toEqual({ activeMor: 100n, day: DAY, highestMor: 100n, usedMor: 0n, checkpoints: [] });
    expect(touchAccount(hundred, DAY)).toBe(hundred);
  });

  it('keeps what counts today when stake leaves, and does not count stake twice that returns', () => {
    const less = removeStake(hundred, { amountMor: 60n, day: DAY });
    expect(less).toMatchObject({ activeMor: 40n, highestMor: 100n });
    const again = addStake(less, { amountMor: 70n, day: DAY, headroomMor: undefined });
    expect(again).toMatchObject({ riseMor: 10n, account: { activeMor: 110n, highestMor: 110n } });
  });

  it('counts above the headroom from the next day on', () => {
    const { account, riseMor } = addStake(hundred, { amountMor: 50n, day: DAY, headroomMor: 20n });
    expect([riseMor, account.activeMor, account.highestMor]).toEqual([20n, 150n, 120n]);
    expect([usableStakeMor(account, DAY), usableStakeMor(account, NEXT)]).toEqual([120n, 150n]);
    // New headroom lets the waiting stake in with the next one.
    expect(addStake(account, { amountMor: 1n, day: DAY, headroomMor: 100n }).riseMor).toBe(31n);
  });

  it('measures new use against the stake that is active now', () => {
    const used = chargeAccount(hundred, 6n, share);
    expect(accountRemainingMor(used, share)).toBe(4n);
    const less = removeStake(used, { amountMor: 50n, day: DAY });
    expect(accountRemainingMor(less, share)).toBe(0n);
    expect(() => chargeAccount(used, 5n, share)).toThrow(
      expect.objectContaining({ code: 'ALLOWANCE_EXCEEDED', details: { costMor: '5', remainingMor: '4' } }),
    );
  });

  it('starts each day unused', () => {
    const used = chargeAccount(hundred, 10n, share);
    expect(accountRemainingMor(used, { ...share, day: NEXT })).toBe(10n);
    expect(chargeAccount(used, 1n, { ...share, day: NEXT })).toMatchObject({ day: NEXT, usedMor: 1n });
  });

  it('gets back today what was charged today only', () => {
    const used = chargeAccount(hundred, 10n, share);
    expect(giveBackToAccount(used, { amountMor: 4n, chargedDay: DAY, day: DAY }).usedMor).toBe(6n);
    const later = giveBackToAccount(used, { amountMor: 4n, chargedDay: DAY, day: NEXT });
    expect(later).toMatchObject({ day: NEXT, usedMor: 0n });
    expect(() => giveBackToAccount(used, { amountMor: 11n, chargedDay: DAY, day: DAY })).toThrow(
      expect.objectContaining({ code: 'USE_TOO_LOW' }),
    );
  });

  it('refuses to give more than is active, negative amounts, a day before the last', () => {
    expect(() => removeStake(hundred, { amountMor: 101n, day: DAY })).toThrow(
      expect.objectContaining({ code: 'STAKE_TOO_LOW', details: { amountMor: '101', activeMor: '100' } }),
    );
    expect(() => addStake(hundred, { amountMor: -1n, day: DAY, headroomMor: undefined })).toThrow(
      expect.objectContaining({ code: 'NEGATIVE_NUMBER' }),
    );
    expect(() => touchAccount(hundred, DAY - 1n)).toThrow(expect.objectContaining({ code: 'TIME_BACKWARDS' }));
  });
});

import { DevMor__factory } from '@yellowstone/contracts';
import { UINT128_MAX } from '@yellowstone/protocol';
import type { Connection } from '../chain/connection.js';
import { codeOf, PURPOSES } from '../domain/codes.js';
import type { Writes } from '../writes.js';
import type { Diamond, Send } from './send.js';

export function morWrites(
  { mor, diamond, provider }: Connection,
  send: Send,
): Pick<Writes, 'approveMor' | 'transferMor'> {
  const token = DevMor__factory.connect(mor, provider);
  return {
    approveMor: (amountMor) =>
      send('approveMor', token.approve.populateTransaction(diamond, amountMor), () => ({ amountMor })),
    transferMor: ({ to, amountMor }) =>
      send('transferMor', token.transfer.populateTransaction(to, amountMor), () => ({ amountMor })),
  };
}

export function stakeWrites(diamond: Diamond, send: Send): Pick<Writes, 'stake' | 'unstake' | 'withdrawStake'> {
  return {
    stake: ({ purpose, amountMor }) =>
      send('stake', diamond.stake.populateTransaction(codeOf(PURPOSES, purpose), amountMor), (events) => {
        return { activeMor: events.one('Staked').activeMor };
      }),
    unstake: ({ purpose, amountMor }) =>
      send('unstake', diamond.unstake.populateTransaction(codeOf(PURPOSES, purpose), amountMor), (events) => {
        const { activeMor, withdrawableAt } = events.one('Unstaked');
        return { activeMor, withdrawableAt };
      }),
    withdrawStake: () =>
      send('withdrawStake', diamond.withdrawStake.populateTransaction(), (events) => {
        return { amountMor: events.one('StakeWithdrawn').amountMor };
      }),
  };
}

export function claimWrites(diamond: Diamond, send: Send): Pick<Writes, 'claimSessionCredits' | 'withdrawDirect'> {
  return {
    claimSessionCredits: ({ provider, maxMor = UINT128_MAX }) =>
      send('claimSessionCredits', diamond.claimSessionCredits.populateTransaction(provider, maxMor), (events) => {
        const { paidMor, leftMor } = events.one('SessionCreditsClaimed');
        return { paidMor, leftMor };
      }),
    withdrawDirect: (provider) =>
      send('withdrawDirect', diamond.withdrawDirect.populateTransaction(provider), (events) => {
        return { amountMor: events.one('DirectWithdrawn').amountMor };
      }),
  };
}

export function poolWrites(diamond: Diamond, send: Send): Pick<Writes, 'openDay' | 'sync'> {
  return {
    openDay: () =>
      send('openDay', diamond.openDay.populateTransaction(), (events) => {
        const { day, poolMor, budgetMor, supplyMor } = events.one('DayOpened');
        return { day, poolMor, budgetMor, supplyMor };
      }),
    sync: () =>
      send('sync', diamond.sync.populateTransaction(), (events) => {
        // Nothing had arrived: there is nothing to tell.
        return { amountMor: events.maybe('EmissionReceived')?.amountMor ?? 0n };
      }),
  };
}

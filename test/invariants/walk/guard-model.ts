import type { LogDescription } from 'ethers';
import { DAY } from '../../fixtures/market';
import type { Protocol } from '../../fixtures/protocol';

/** The reference model of the guard, fed with the events of the diamond. */
export interface GuardModel {
  readonly learn: (event: LogDescription, t: number) => void;
  /** What the guard must say at a time [MOR-wei]. */
  readonly statusAt: (now: number) => { spentMor: bigint; receivedMor: bigint; availableMor: bigint };
}

const CLAIMS = ['SessionCreditsClaimed', 'RequestCreditsClaimed', 'RequestCreditsCollected'];

export function guardModelOf(protocol: Protocol): GuardModel {
  let guard = protocol.createGuard();
  let guardBps = 100n;
  const rulesAt = (t: number) => ({ guardBps, scheduledComputeMor: scheduledAt(protocol, t) });

  return {
    learn: ({ name, args }, t) => {
      const now = BigInt(t);
      if (name === 'EmissionReceived') guard = protocol.receive(guard, args['amountMor'], now);
      if (name === 'PoolCredited') guard = protocol.credit(guard, args['amountMor'], now);
      if (name === 'PoolPaid') guard = protocol.draw(guard, args['amountMor'], now, rulesAt(t)).guard;
      // A claim that got nothing touched the guard all the same.
      if (CLAIMS.includes(name)) guard = protocol.touch(guard, now);
      if (name === 'PoolParametersChanged') guardBps = args['newGuardBps'];
    },
    statusAt: (now) => {
      const { spentMor, receivedMor, availableMor } = protocol.guardStatus(guard, BigInt(now), rulesAt(now));
      return { spentMor, receivedMor, availableMor: availableMor < guard.poolMor ? availableMor : guard.poolMor };
    },
  };
}

const schedule = new Map<number, bigint>();

/** Compute emission scheduled for the day of a time [MOR-wei]. */
export function scheduledAt(protocol: Protocol, t: number): bigint {
  const day = Math.floor(t / DAY);
  if (!schedule.has(day)) schedule.set(day, protocol.scheduledComputeOfDay(protocol.ARBITRUM_SCHEDULE, BigInt(day)));
  return schedule.get(day)!; // set above
}

import { type Address, dayOf, dayStartAt } from '@yellowstone/protocol';
import type { ChainReads } from '../chain/chain.js';
import { readPages } from './read-pages.js';

export type MoneyReads = Pick<
  ChainReads,
  | 'day'
  | 'directOwed'
  | 'etherBalance'
  | 'morAllowance'
  | 'morBalance'
  | 'pool'
  | 'provider'
  | 'sessionCredits'
  | 'stake'
  | 'unstaking'
  | 'userSessions'
>;

export interface Whose {
  /** Pays, stakes and has sessions. */
  readonly account: Address;
  /** Earns; the account itself unless it acts for another provider. */
  readonly provider: Address;
}

export type Money = Awaited<ReturnType<typeof readMoney>>;

/** Everything that is somebody's [MOR-wei], and what may be used today. */
export async function readMoney(reads: MoneyReads, { account, provider }: Whose, now: bigint) {
  const [walletMor, etherWei, approvedMor, session, access, unstaking] = await Promise.all([
    reads.morBalance(account),
    reads.etherBalance(account),
    reads.morAllowance(account),
    reads.stake(account, 'session'),
    reads.stake(account, 'access'),
    reads.unstaking(account),
  ]);
  const [day, pool, registered, { vestedMor, unvestedMor }, directOwedMor, sessions] = await Promise.all([
    reads.day(dayOf(now)),
    reads.pool(),
    reads.provider(provider),
    reads.sessionCredits(provider),
    reads.directOwed(provider),
    readPages((page) => reads.userSessions(account, page)),
  ]);
  const inEscrow = sessions.filter(({ payment, isClosed }) => payment === 'direct' && !isClosed);
  const escrowMor = inEscrow.reduce(
    (sum, { pricePerSecondMor, openedAt, endsAt }) => sum + pricePerSecondMor * (endsAt - openedAt),
    0n,
  );
  return {
    /** [s] */
    now,
    account,
    provider,
    walletMor,
    etherWei,
    approvedMor,
    stakes: { session, access },
    unstaking,
    /** In sessions that this account pays directly and nobody closed. */
    escrowMor,
    /** Direct earnings that could not be paid out. */
    directOwedMor,
    providerStakeMor: registered?.stakeMor ?? 0n,
    credits: {
      unvestedMor,
      vestedMor,
      /** What the guard of the pool lets out now. */
      claimableMor: vestedMor < pool.availableMor ? vestedMor : pool.availableMor,
    },
    day: { day: day.day, budgetMor: day.budgetMor, endsAt: dayStartAt(day.day + 1n) },
  };
}

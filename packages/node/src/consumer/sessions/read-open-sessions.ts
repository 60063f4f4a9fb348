import type { Address } from '@yellowstone/protocol';
import type { ChainClock, ChainReads } from '../../chain/chain.js';
import type { OpenSession } from '../open-session.js';

interface ReadDeps {
  readonly reads: Pick<ChainReads, 'bid' | 'userSessions'>;
  readonly chainClock: ChainClock;
}

/** How many of the latest sessions are looked at. */
const LATEST = 50;

/** The user's sessions that are open on chain. */
export async function readOpenSessions({ reads, chainClock }: ReadDeps, user: Address): Promise<OpenSession[]> {
  const { total } = await reads.userSessions(user, { limit: 1 });
  const { items } = await reads.userSessions(user, { offset: Math.max(0, total - LATEST), limit: LATEST });
  const now = await chainClock.now();
  const open: OpenSession[] = [];
  for (const { sessionId, bidId, payment, openedAt, endsAt, isClosed } of items) {
    const bid = isClosed || endsAt <= now ? undefined : await reads.bid(bidId);
    if (bid !== undefined) open.push({ sessionId, bid, payment, openedAt, endsAt });
  }
  return open;
}

import type { Address, SessionId } from '@yellowstone/protocol';
import type { ChainClock, ChainReads } from '../../chain/chain.js';
import type { OpenSession } from '../open-session.js';

interface ReadDeps {
  readonly reads: Pick<ChainReads, 'bid' | 'userSessions'>;
  readonly chainClock: ChainClock;
}

/** The latest sessions of a user, as the chain knows them. */
export interface OwnSessions {
  readonly open: readonly OpenSession[];
  readonly closed: ReadonlySet<SessionId>;
}

/** How many of the latest sessions are looked at. */
const LATEST = 50;

/** @param known sessions that need not be told as open */
export async function readOwnSessions(
  { reads, chainClock }: ReadDeps,
  user: Address,
  known: ReadonlyMap<SessionId, unknown>,
): Promise<OwnSessions> {
  const { total } = await reads.userSessions(user, { limit: 1 });
  const { items } = await reads.userSessions(user, { offset: Math.max(0, total - LATEST), limit: LATEST });
  const now = await chainClock.now();
  const open: OpenSession[] = [];
  for (const { sessionId, bidId, payment, openedAt, endsAt, isClosed } of items) {
    if (isClosed || endsAt <= now || known.has(sessionId)) continue;
    const bid = await reads.bid(bidId);
    if (bid !== undefined) open.push({ sessionId, bid, payment, slots: undefined, openedAt, endsAt });
  }
  const closed = items.filter(({ isClosed }) => isClosed).map(({ sessionId }) => sessionId);
  return { open, closed: new Set(closed) };
}

import type { Session } from '@yellowstone/client';
import { type Address, MAX_SESSION_SECONDS, type SessionId } from '@yellowstone/protocol';
import type { ChainClock, ChainReads } from '../../chain/chain.js';
import type { OpenSession } from '../open-session.js';

interface ReadDeps {
  readonly reads: Pick<ChainReads, 'bid' | 'userSessions'>;
  readonly chainClock: ChainClock;
}

/** The sessions of a user that were open when they were read before, and those opened since. */
export interface OwnSessions {
  readonly open: readonly OpenSession[];
  readonly closed: ReadonlySet<SessionId>;
}

/** @param known sessions that need not be told as open */
export type ReadOwnSessions = (known: ReadonlyMap<SessionId, unknown>) => Promise<OwnSessions>;

const PAGE = 50;

/** Sessions come in the order of their opening: those before the first one that is not over need not be read again. */
export function createReadOwnSessions({ reads, chainClock }: ReadDeps, user: Address): ReadOwnSessions {
  let firstLiving: number | undefined;

  /** As far back as a session may still be open. */
  const readBack = async (total: number, now: bigint): Promise<readonly Session[]> => {
    let found: readonly Session[] = [];
    for (let end = total; end > 0; end = Math.max(0, end - PAGE)) {
      const offset = Math.max(0, end - PAGE);
      const { items } = await reads.userSessions(user, { offset, limit: end - offset });
      found = [...items, ...found];
      if (items[0] === undefined || items[0].openedAt + MAX_SESSION_SECONDS <= now) break;
    }
    return found;
  };
  const readOn = async (from: number, total: number): Promise<readonly Session[]> => {
    const found: Session[] = [];
    for (let offset = from; offset < total; offset += PAGE) {
      found.push(...(await reads.userSessions(user, { offset, limit: Math.min(PAGE, total - offset) })).items);
    }
    return found;
  };
  return async (known) => {
    const from = firstLiving;
    const { total } = await reads.userSessions(user, { limit: 1 });
    const now = await chainClock.now();
    const items = from === undefined ? await readBack(total, now) : await readOn(from, total);
    const isOver = ({ isClosed, endsAt }: Session): boolean => isClosed || endsAt <= now;
    const open: OpenSession[] = [];
    for (const session of items) {
      const { sessionId, bidId, payment, openedAt, endsAt } = session;
      if (isOver(session) || known.has(sessionId)) continue;
      const bid = await reads.bid(bidId);
      if (bid !== undefined) open.push({ sessionId, bid, payment, slots: undefined, openedAt, endsAt });
    }
    const living = items.findIndex((session) => !isOver(session));
    const firstRead = from ?? total - items.length;
    // What is over stays so: of two looks at the same time the one that saw more counts.
    firstLiving = Math.max(firstLiving ?? 0, firstRead + (living < 0 ? items.length : living));
    const closed = items.filter(({ isClosed }) => isClosed).map(({ sessionId }) => sessionId);
    return { open, closed: new Set(closed) };
  };
}

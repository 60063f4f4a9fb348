import type { Address, SessionId } from '@yellowstone/protocol';
import type { Log, SessionSpending } from '@yellowstone/service';
import type { ChainClock, ChainReads } from '../../chain/chain.js';
import type { OpenSession } from '../open-session.js';
import type { Held } from './held-session.js';
import { createReadOwnSessions } from './read-own-sessions.js';

interface RecogniseDeps {
  readonly reads: Pick<ChainReads, 'bid' | 'userSessions'>;
  readonly chainClock: ChainClock;
  readonly spending: Pick<SessionSpending, 'isEmpty' | 'recognise'>;
  readonly log: Log;
}

interface Holding {
  readonly user: Address;
  readonly held: ReadonlyMap<SessionId, Held>;
  readonly dropped: ReadonlyMap<SessionId, bigint>;
  readonly hold: (session: OpenSession, known: Pick<Held, 'origin' | 'keyId'>) => void;
  readonly drop: (session: OpenSession) => void;
}

const DAY_SECONDS = 86_400n;
/** From the reservation of a cost until its approval has run out, 10 minutes. */
const OPENING_SECONDS = 600n;

/**
 * Looks at the chain for sessions that are open and not held, and for held ones that were closed elsewhere. What they cost
 * is written down, if it is not yet. Those that the first look finds while the books are empty were this node's own, as far
 * as anybody can tell, whose database was lost: they are looked after. Any others somebody opened past the node.
 */
export function createRecognise(deps: RecogniseDeps, { user, held, dropped, hold, drop }: Holding) {
  const { reads, chainClock, spending, log } = deps;
  const readOwnSessions = createReadOwnSessions({ reads, chainClock }, user);
  let isFirstLook = true;
  return async (): Promise<void> => {
    const { open, closed } = await readOwnSessions(held);
    const unknownIs = isFirstLook && open.length > 0 && (await spending.isEmpty()) ? 'requests' : 'elsewhere';
    isFirstLook = false;
    for (const session of open) {
      const { sessionId, bid, payment, openedAt, endsAt } = session;
      if (held.has(sessionId) || dropped.has(sessionId)) continue;
      const costMor = bid.priceMor * (endsAt - openedAt);
      const reservedFrom = (openedAt - OPENING_SECONDS) / DAY_SECONDS;
      const cost = {
        day: openedAt / DAY_SECONDS,
        reservedFrom,
        bidId: bid.bidId,
        payment,
        costMor,
        unknownIs,
      } as const;
      const { origin, keyId } = await spending.recognise(sessionId, cost);
      log.info({ sessionId, origin }, 'open session taken over');
      hold(session, { origin, keyId });
    }
    for (const { session, closing } of held.values()) {
      if (closing !== undefined || !closed.has(session.sessionId)) continue;
      log.info({ sessionId: session.sessionId }, 'session was closed elsewhere');
      drop(session);
    }
  };
}

import type { Session } from '@yellowstone/client';
import type { Address } from '@yellowstone/protocol';
import type { ChainReads } from '../chain/chain.js';

/** The direct sessions of a provider that ended and that nobody closed, oldest first: its pay is still in escrow. */
export type EndedDirectSessions = () => Promise<readonly Session[]>;

const PAGE_SIZE = 100;
/** A user closes its sessions at their end; one that is gone never does. So long it is waited for [s], 1 hour. */
const PATIENCE_SECONDS = 3_600n;

/** What is closed is read once; a provider that was away finds what ended in the meantime. */
export function createEndedDirectSessions(
  { reads }: { readonly reads: Pick<ChainReads, 'now' | 'providerSessions'> },
  provider: Address,
): EndedDirectSessions {
  /** All before it are closed, or pay for themselves. */
  let firstOpen = 0;
  const isSettled = ({ payment, isClosed, endsAt }: Session, now: bigint): boolean =>
    isClosed || (payment === 'pool' && endsAt <= now);

  return async () => {
    const now = await reads.now();
    const found: Session[] = [];
    for (let offset = firstOpen; ; offset += PAGE_SIZE) {
      const { items, total } = await reads.providerSessions(provider, { offset, limit: PAGE_SIZE });
      if (firstOpen === offset) {
        const settled = items.findIndex((session) => !isSettled(session, now));
        firstOpen += settled < 0 ? items.length : settled;
      }
      found.push(...items.filter((session) => isUnpaid(session, now)));
      if (items.length === 0 || offset + items.length >= total) return found;
    }
  };
}

function isUnpaid({ payment, isClosed, endsAt }: Session, now: bigint): boolean {
  return payment === 'direct' && !isClosed && endsAt + PATIENCE_SECONDS <= now;
}

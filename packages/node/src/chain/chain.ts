import type { BookedSession, Connection, Reads, Sent, WaitOptions, Writes } from '@yellowstone/client';
import type { Address, MessageDomain, MessageSigner } from '@yellowstone/protocol';
import type { Clock } from '../clock.js';
import type { JournaledWrites } from './journaled-writes.js';

/** What nodes ask the chain. */
export type ChainReads = Pick<
  Reads,
  | 'now'
  | 'bid'
  | 'day'
  | 'directOwed'
  | 'etherBalance'
  | 'fees'
  | 'isDelegate'
  | 'model'
  | 'modelBids'
  | 'models'
  | 'morAllowance'
  | 'morBalance'
  | 'pool'
  | 'provider'
  | 'providerBids'
  | 'providerSessions'
  | 'providers'
  | 'quoteSession'
  | 'session'
  | 'sessionCredits'
  | 'stake'
  | 'unstaking'
  | 'userSessions'
>;

/** What nodes tell the chain. */
export type ChainWrites = Pick<
  Writes,
  | 'address'
  | 'approveMor'
  | 'claimSessionCredits'
  | 'closeSession'
  | 'deleteBid'
  | 'deregisterModel'
  | 'deregisterProvider'
  | 'openSession'
  | 'postModelBid'
  | 'registerModel'
  | 'registerProvider'
  | 'repriceBid'
  | 'stake'
  | 'unstake'
  | 'withdrawDirect'
  | 'withdrawStake'
>;

/** A diamond on a chain, and the key a node acts with. */
export interface Chain {
  readonly domain: MessageDomain;
  readonly reads: ChainReads;
  readonly writes: ChainWrites;
  /** Writes that a caller may ask for again under the same key: they happen once. */
  writesFor(idempotencyKey: string): ChainWrites;
  /** The opening of a session under a key that is on its way or done. */
  openingFor(idempotencyKey: string): Promise<Sent<BookedSession> | undefined>;
  /** Waits until no opening of a session is on its way. @throws CHAIN_TIMEOUT, CHAIN_ABORTED */
  openingsEnded(options?: WaitOptions): Promise<void>;
  readonly signer: MessageSigner;
  /** Address of the key. */
  readonly address: Address;
}

/** The chain of a running node, with everything the client can ask and tell. */
export interface NodeChain extends Chain, JournaledWrites {
  readonly reads: Reads;
  readonly writes: Writes;
  writesFor(idempotencyKey: string): Writes;
  /** Whoever opened it closes it. */
  readonly connection: Connection;
}

/** Time as contracts will see it [s]. */
export interface ChainClock {
  now(): Promise<bigint>;
}

const REFRESH_MS = 500;
/** A clock that was read this recently is read again beside its users, who do not wait for it. */
const WAIT_MS = 5_000;

/**
 * The wall clock, moved forward when blocks are ahead of it. Blocks behind it are no news: a quiet chain has an old
 * latest block. Local chains whose time was moved are followed from their next block on.
 */
export function createChainClock({ reads, clock }: { reads: Pick<ChainReads, 'now'>; clock: Clock }): ChainClock {
  let aheadSeconds = 0n;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const wallSeconds = (): bigint => BigInt(Math.floor(clock.now() / 1_000));
  const read = async (): Promise<void> => {
    const ahead = (await reads.now()) - wallSeconds();
    readAt = clock.monotonic();
    if (ahead > aheadSeconds) aheadSeconds = ahead;
  };
  const readShared = (): Promise<void> => (reading ??= read().finally(() => (reading = undefined)));
  return {
    async now() {
      const age = clock.monotonic() - readAt;
      // A failure is told to those who wait; whoever does not wait comes again.
      if (age >= WAIT_MS) await readShared();
      else if (age >= REFRESH_MS) readShared().catch(() => undefined);
      return wallSeconds() + aheadSeconds;
    },
  };
}

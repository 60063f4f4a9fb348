import { setTimeout as sleep } from 'node:timers/promises';
import { type Bid, isChainError, type Verdict } from '@yellowstone/client';
import type { Address, ModelId, SessionId } from '@yellowstone/protocol';
import { type Log, serviceError } from '@yellowstone/service';
import type { ChainClock, ChainReads } from '../../chain/chain.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import type { AnswerSummary } from '../answer-summary.js';
import type { OpenSession } from '../open-session.js';
import type { BuySession } from './buy-session.js';
import type { EndedSession, EndSession } from './end-session.js';
import { type CandidatesOf, openByBids, type Want } from './open-by-bids.js';
import { readOwnSessions } from './read-own-sessions.js';
import { unlessAborted } from './unless-aborted.js';

/** Holds the sessions of a consumer: opens one when it is needed, hands it out again, closes it. */
export interface SessionKeeper {
  /**
   * A session of a model with time left; opened if there is none. Requests at the same time share one opening.
   * @throws model_unavailable, price_limit_exceeded, no_provider_answered, limits and chain errors
   */
  acquire(want: Want, signal: AbortSignal): Promise<OpenSession>;
  /** Tells how an answer went. */
  reportAnswer(session: OpenSession, answer: AnswerSummary): void;
  /** Takes a session out of use because its provider failed, and closes it; the provider rests for a while. */
  giveUp(session: OpenSession): Promise<void>;
  /** Takes a session out of use that the chain has closed or ended. */
  forget(session: OpenSession): void;
  list(): readonly HeldSession[];
  /** Takes a session into use that was opened by hand. */
  keep(session: OpenSession): void;
  /** @throws session_not_found, chain errors */
  close(sessionId: SessionId, verdict?: Verdict): Promise<EndedSession>;
  /** The same; undefined if the session is not held here. */
  closeHeld(sessionId: SessionId, verdict?: Verdict): Promise<EndedSession> | undefined;
  /** Closes everything; what cannot be closed ends by itself on chain. */
  stop(): Promise<void>;
}

export interface HeldSession {
  readonly session: OpenSession;
  readonly answers: number;
  readonly state: 'open' | 'closing';
}

interface KeeperDeps {
  readonly reads: Pick<ChainReads, 'bid' | 'userSessions'>;
  readonly chainClock: ChainClock;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly candidatesOf: CandidatesOf;
  readonly buy: BuySession;
  readonly end: EndSession;
  readonly log: Log;
}

interface KeeperOptions {
  readonly user: Address;
  /** A session this close to its end is not handed out any more [s]. */
  readonly marginSeconds?: bigint;
  /** How long a provider rests after a failure [ms]. */
  readonly coolingMs?: number;
  /** How often ended sessions, and those that others opened or closed, are looked for [ms]. */
  readonly sweepMs?: number;
  /** The longest the opening of a session may take [ms]. */
  readonly openTimeoutMs?: number;
  /** The longest the closing of all sessions may take when stopping [ms]. */
  readonly stopTimeoutMs?: number;
}

interface Held {
  readonly session: OpenSession;
  answers: number;
  failures: number;
  failedCloses: number;
  isUsable: boolean;
  closing: Promise<EndedSession> | undefined;
}

const MAX_CLOSES = 3;

/** Takes over the user's open sessions from the chain, so that a restart buys nothing twice, then keeps them. */
export async function createSessionKeeper(deps: KeeperDeps, options: KeeperOptions): Promise<SessionKeeper> {
  const { reads, chainClock, clock, candidatesOf, buy, end, log } = deps;
  const { user, marginSeconds = 30n, coolingMs = 60_000, sweepMs = 15_000 } = options;
  const { openTimeoutMs = 180_000, stopTimeoutMs = 15_000 } = options;
  const held = new Map<SessionId, Held>();
  /** Given up or closed, with their ends: an RPC endpoint that lags must not bring them back. */
  const dropped = new Map<SessionId, bigint>();
  const openings = new Map<ModelId, Promise<OpenSession>>();
  const coolingUntil = new Map<Address, number>();
  const stopping = new AbortController();

  const hold = (session: OpenSession): void => {
    if (held.has(session.sessionId)) return;
    const counts = { answers: 0, failures: 0, failedCloses: 0 };
    held.set(session.sessionId, { session, ...counts, isUsable: true, closing: undefined });
  };
  const drop = ({ sessionId, endsAt }: OpenSession): void => {
    held.delete(sessionId);
    dropped.set(sessionId, endsAt);
  };
  const adopt = async (): Promise<void> => {
    const { open, closed } = await readOwnSessions({ reads, chainClock }, user, held);
    for (const session of open.filter(({ sessionId }) => !held.has(sessionId) && !dropped.has(sessionId))) {
      log.info({ sessionId: session.sessionId }, 'open session taken over');
      hold(session);
    }
    for (const { session, closing } of held.values()) {
      if (closing !== undefined || !closed.has(session.sessionId)) continue;
      log.info({ sessionId: session.sessionId }, 'session was closed elsewhere');
      drop(session);
    }
  };
  const usable = async ({ modelId, tried }: Want): Promise<OpenSession | undefined> => {
    const latest = (await chainClock.now()) + marginSeconds;
    const fits = ({ session, isUsable }: Held): boolean =>
      isUsable && session.bid.modelId === modelId && session.endsAt > latest && !tried.has(session.bid.bidId);
    return [...held.values()].find(fits)?.session;
  };
  const cooling = (): ReadonlySet<Address> => {
    const now = clock.monotonic();
    for (const [provider, until] of coolingUntil) if (until <= now) coolingUntil.delete(provider);
    return new Set(coolingUntil.keys());
  };
  const cool = ({ provider }: Bid): void => void coolingUntil.set(provider, clock.monotonic() + coolingMs);

  const open = async (want: Want): Promise<OpenSession> => {
    // Somebody may have opened one by hand, or an opening whose outcome was unknown was included.
    await adopt();
    const found = await usable(want);
    if (found !== undefined) return found;
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(openTimeoutMs)]);
    try {
      const session = await openByBids({ candidatesOf, buy, cool, log }, { want, cooling: cooling(), signal });
      hold(session);
      return session;
    } catch (error) {
      if (stopping.signal.aborted) throw serviceError('server_stopping', {}, { cause: error });
      throw error;
    }
  };
  const openShared = (want: Want): Promise<OpenSession> => {
    const running = openings.get(want.modelId);
    if (running !== undefined) return running;
    const opening = open(want).finally(() => openings.delete(want.modelId));
    openings.set(want.modelId, opening);
    return opening;
  };

  const close = (one: Held, verdict: Verdict): Promise<EndedSession> => {
    one.isUsable = false;
    one.closing ??= end(one.session, verdict).then(
      (settled) => {
        drop(one.session);
        return settled;
      },
      (error: unknown) => {
        one.closing = undefined;
        one.failedCloses += 1;
        const isOver = isChainError(error, 'CHAIN_SessionAlreadyClosed') || one.failedCloses >= MAX_CLOSES;
        if (isOver) drop(one.session);
        throw error;
      },
    );
    return one.closing;
  };
  const closeHeld: SessionKeeper['closeHeld'] = (sessionId, verdict) => {
    const one = held.get(sessionId);
    return one === undefined ? undefined : close(one, verdict ?? ownVerdict(one));
  };
  const closeQuietly = async (one: Held): Promise<void> => {
    const { sessionId } = one.session;
    await close(one, ownVerdict(one)).catch((error: unknown) =>
      log.warn({ sessionId, err: error }, 'session not closed'),
    );
  };
  const sweep = async (): Promise<void> => {
    const now = await chainClock.now();
    const ended = [...held.values()].filter(({ session, closing }) => session.endsAt <= now && closing === undefined);
    for (const one of ended) await closeQuietly(one);
    for (const [sessionId, endsAt] of dropped) if (endsAt <= now) dropped.delete(sessionId);
    await adopt();
  };

  await adopt().catch((error: unknown) => log.warn({ err: error }, 'open sessions not read yet'));
  const timer = setInterval(() => void sweep().catch(() => undefined), sweepMs).unref();

  return {
    async acquire(want, signal) {
      if (stopping.signal.aborted) throw serviceError('server_stopping');
      const found = await usable(want);
      if (found !== undefined) return found;
      const session = await unlessAborted(openShared(want), signal);
      // Somebody else's opening may have ended on a bid that failed this request.
      return want.tried.has(session.bid.bidId) ? unlessAborted(openShared(want), signal) : session;
    },
    reportAnswer({ sessionId }, { end }) {
      const one = held.get(sessionId);
      if (one !== undefined && (end === 'whole' || end === 'left')) one.answers += 1;
    },
    async giveUp({ sessionId, bid }) {
      cool(bid);
      const one = held.get(sessionId);
      if (one === undefined) return;
      one.failures += 1;
      // Closing gives the unused part back to the day's allowance, which the next bid needs.
      await closeQuietly(one);
    },
    forget: drop,
    list: () =>
      [...held.values()].map(({ session, answers, closing }) => ({
        session,
        answers,
        state: closing === undefined ? 'open' : 'closing',
      })),
    keep: hold,
    async close(sessionId, verdict) {
      const closing = closeHeld(sessionId, verdict);
      if (closing === undefined) throw nodeError('session_not_found', { sessionId });
      return closing;
    },
    closeHeld,
    async stop() {
      clearInterval(timer);
      stopping.abort(new DOMException('the node is stopping', 'AbortError'));
      const closeAll = async (): Promise<void> => {
        await Promise.allSettled(openings.values());
        await Promise.all([...held.values()].map(closeQuietly));
      };
      await Promise.race([closeAll(), sleep(stopTimeoutMs, undefined, { ref: false })]);
      if (held.size > 0) log.warn({ sessionIds: [...held.keys()] }, 'sessions left open; they end by themselves');
    },
  };
}

/** `pass` if it only answered, `fail` if it only failed, no opinion otherwise. */
function ownVerdict({ answers, failures }: Held): Verdict {
  if (answers > 0 === failures > 0) return 'none';
  return answers > 0 ? 'pass' : 'fail';
}

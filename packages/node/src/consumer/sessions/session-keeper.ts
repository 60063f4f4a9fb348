import { setTimeout as sleep } from 'node:timers/promises';
import { isChainError, type Verdict } from '@yellowstone/client';
import type { Address, SessionId } from '@yellowstone/protocol';
import { type Log, serviceError, type SessionSpending } from '@yellowstone/service';
import type { Chain, ChainClock, ChainReads } from '../../chain/chain.js';
import type { Clock } from '../../clock.js';
import { nodeError } from '../../errors.js';
import type { AnswerSummary } from '../answer-summary.js';
import type { OpenSession } from '../open-session.js';
import type { Want } from '../want.js';
import { type BuySession, NotWantedError } from './buy-session.js';
import type { EndedSession, EndSession } from './end-session.js';
import { chooseHeld, type Held, type Horizon, newHeld, verdictOf } from './held-session.js';
import { type CandidatesOf, openByBids, type ProviderWatch } from './open-by-bids.js';
import { createRecognise } from './recognise.js';
import { createSessionOpenings } from './session-openings.js';
import { createUpkeep } from './session-upkeep.js';
import { unlessAborted } from './unless-aborted.js';

/** Holds the sessions of a consumer: opens one when it is needed, hands it out again, renews it, closes it. */
export interface SessionKeeper {
  /**
   * A session of a model with time left, in use until `release`; opened if there is none. Requests at the same time share
   * one opening. Nobody waits for an opening while there is a session: when its slots are all in use, another one is
   * opened for those who come later, if that is allowed.
   * @throws model_unavailable, price_limit_exceeded, no_provider_answered, limits and chain errors
   */
  acquire(want: Want, signal: AbortSignal): Promise<OpenSession>;
  /** Ends the use of a session by one request. */
  release(session: OpenSession): void;
  /** Tells how an answer went. */
  reportAnswer(session: OpenSession, answer: AnswerSummary): void;
  /**
   * Takes a session out of use because its provider failed, and closes it; the provider rests for a while. A closing that
   * fails is tried again until the session ends.
   */
  giveUp(session: OpenSession): Promise<void>;
  /**
   * Takes a session out of use that its provider calls closed or ended.
   * @returns false if the chain does not confirm it: the session is kept, to be given up
   */
  forget(session: OpenSession): Promise<boolean>;
  list(): readonly HeldSession[];
  /** Takes a session into use that was opened by hand. */
  keep(session: OpenSession): void;
  /** Out of use from now on; a closing that fails is tried again. @throws session_not_found, chain errors */
  close(sessionId: SessionId, verdict?: Verdict): Promise<EndedSession>;
  /** The same; undefined if the session is not held here. */
  closeHeld(sessionId: SessionId, verdict?: Verdict): Promise<EndedSession> | undefined;
  /** Closes everything; what cannot be closed ends by itself on chain. */
  stop(): Promise<void>;
}

export interface HeldSession extends Pick<Held, 'session' | 'answers' | 'running' | 'origin' | 'keyId'> {
  readonly state: 'open' | 'closing';
}

interface KeeperDeps {
  readonly reads: Pick<ChainReads, 'bid' | 'session' | 'userSessions'>;
  readonly openingsEnded: Chain['openingsEnded'];
  readonly chainClock: ChainClock;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly candidatesOf: CandidatesOf;
  /** Buys at the expense of whoever wants a session. */
  readonly buyFor: (want: Want) => BuySession;
  readonly end: EndSession;
  readonly watch: ProviderWatch;
  readonly spending: Pick<SessionSpending, 'find' | 'isEmpty' | 'recognise' | 'touch'>;
  readonly log: Log;
}

interface KeeperOptions {
  readonly user: Address;
  /** A session this close to its end is not handed out any more [s]. */
  readonly marginSeconds?: bigint;
  /** A session in use is renewed so long before its end [s]. */
  readonly leadSeconds?: bigint;
  /** A session that nobody used for so long is closed [ms]. */
  readonly idleMs?: number;
  /** Open sessions of one model at most; more are only opened when the slots of the others are in use. */
  readonly maxPerModel?: number;
  /** How often sessions are looked after [ms]. */
  readonly sweepMs?: number;
  /** The longest the opening of a session may take [ms]. */
  readonly openTimeoutMs?: number;
  /** The longest the closing of all sessions may take when stopping [ms]. */
  readonly stopTimeoutMs?: number;
}

/** Between attempts to close: soon at first, since an open session costs by the second. */
const CLOSE_PAUSE_MS = 5_000;
const MAX_CLOSE_PAUSE_MS = 300_000;
/** A request that finds no session it may use after so many openings is told so. */
const MAX_ROUNDS = 3;

/** Takes over the user's open sessions from the chain, so that a restart buys nothing twice, then keeps them. */
export async function createSessionKeeper(deps: KeeperDeps, options: KeeperOptions): Promise<SessionKeeper> {
  const { reads, openingsEnded, chainClock, clock, candidatesOf, buyFor, end, watch, spending, log } = deps;
  const { user, marginSeconds = 30n, leadSeconds = 90n, idleMs = 900_000, maxPerModel = 1 } = options;
  const { sweepMs = 15_000, openTimeoutMs = 180_000, stopTimeoutMs = 15_000 } = options;
  const held = new Map<SessionId, Held>();
  /** Given up or closed, with their ends: an RPC endpoint that lags must not bring them back. */
  const dropped = new Map<SessionId, bigint>();
  const stopping = new AbortController();

  const hold = (session: OpenSession, { origin, keyId }: Pick<Held, 'origin' | 'keyId'>): void => {
    if (held.has(session.sessionId)) return;
    held.set(session.sessionId, newHeld({ session, origin, keyId, lastUsedAt: clock.monotonic() }));
  };
  const drop = ({ sessionId, endsAt }: OpenSession): void => {
    held.delete(sessionId);
    dropped.set(sessionId, endsAt);
  };
  const recognise = createRecognise(deps, { user, held, dropped, hold, drop });
  const horizon = async (): Promise<Horizon> => ({ now: await chainClock.now(), marginSeconds, leadSeconds });

  const open = async (want: Want): Promise<void> => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(openTimeoutMs)]);
    try {
      // Somebody may have opened one by hand, or an opening whose outcome was unknown was included, or is on its way yet.
      const before = chooseHeld(held.values(), want, await horizon());
      const isWanted = async (): Promise<boolean> => {
        await recognise();
        return chooseHeld(held.values(), want, await horizon()).lasting <= before.lasting;
      };
      await openingsEnded({ signal });
      if (!(await isWanted())) return;
      const session = await openByBids({ candidatesOf, buy: buyFor(want), watch, log }, { want, signal, isWanted });
      hold(session, { origin: 'requests', keyId: want.payer.keyId });
    } catch (error) {
      if (error instanceof NotWantedError) return;
      if (stopping.signal.aborted) throw serviceError('server_stopping', {}, { cause: error });
      throw error;
    }
  };
  const openings = createSessionOpenings({ open, clock });
  const openMore = (want: Want, lasting: number, full: Want['full']): void => {
    if (lasting >= maxPerModel) return;
    const { modelId } = want;
    openings
      .runAhead({ ...want, tried: new Set(), full })
      .catch((error: unknown) => log.info({ modelId, err: error }, 'no further session opened'));
  };

  const close = (one: Held): Promise<EndedSession> => {
    one.isUsable = false;
    one.closing ??= end(one.session, verdictOf(one)).then(
      (settled) => {
        drop(one.session);
        return settled;
      },
      (error: unknown) => {
        one.closing = undefined;
        one.closeAgainAt = clock.monotonic() + Math.min(MAX_CLOSE_PAUSE_MS, CLOSE_PAUSE_MS * 2 ** one.failedCloses);
        one.failedCloses += 1;
        if (isChainError(error, 'CHAIN_SessionAlreadyClosed')) drop(one.session);
        throw error;
      },
    );
    return one.closing;
  };
  const closeHeld: SessionKeeper['closeHeld'] = (sessionId, verdict) => {
    const one = held.get(sessionId);
    if (one === undefined) return undefined;
    one.verdict = verdict ?? one.verdict;
    return close(one);
  };
  const closeQuietly = async (one: Held): Promise<void> => {
    const { sessionId } = one.session;
    await close(one).catch((error: unknown) => log.warn({ sessionId, err: error }, 'session not closed'));
  };

  const upkeep = createUpkeep(
    { held, dropped, horizon, recognise, openings, closeQuietly, drop, clock, spending, log },
    { idleMs, sweepMs },
  );
  await recognise().catch((error: unknown) => log.warn({ err: error }, 'open sessions not read yet'));
  upkeep.start();

  return {
    async acquire(want, signal) {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        if (stopping.signal.aborted) throw serviceError('server_stopping');
        const { best, isFull, lasting, providers } = chooseHeld(held.values(), want, await horizon());
        if (best === undefined) {
          await unlessAborted(openings.run(want), signal);
          continue;
        }
        best.running += 1;
        best.lastWant = want;
        if (isFull) openMore(want, lasting, providers);
        return best.session;
      }
      throw nodeError('no_provider_answered', { model: want.name, attempts: [] });
    },
    release({ sessionId }) {
      const one = held.get(sessionId);
      if (one === undefined) return;
      one.running -= 1;
      one.lastUsedAt = clock.monotonic();
      one.isTouched = true;
      if (one.isReplaced && one.running === 0) void closeQuietly(one);
    },
    reportAnswer({ sessionId, bid }, answer) {
      watch.answered(bid, answer);
      const one = held.get(sessionId);
      if (one !== undefined && (answer.end === 'whole' || answer.end === 'left')) one.answers += 1;
    },
    async giveUp({ sessionId, bid }) {
      watch.failed(bid);
      const one = held.get(sessionId);
      if (one === undefined) return;
      one.failures += 1;
      // Closing gives the unused part back to the day's allowance, which the next bid needs.
      await closeQuietly(one);
    },
    async forget(session) {
      const { sessionId } = session;
      try {
        const [found, now] = await Promise.all([reads.session(sessionId), chainClock.now()]);
        const isOver = found !== undefined && (found.isClosed || found.endsAt <= now);
        if (isOver) drop(session);
        return isOver;
      } catch (error) {
        log.warn({ sessionId, err: error }, 'session that the provider calls closed not looked at');
        return false;
      }
    },
    list: () =>
      [...held.values()].map(({ session, answers, running, origin, keyId, isUsable }) => ({
        session,
        answers,
        running,
        origin,
        keyId,
        state: isUsable ? 'open' : 'closing',
      })),
    keep: (session) => hold(session, { origin: 'hand', keyId: undefined }),
    async close(sessionId, verdict) {
      const closing = closeHeld(sessionId, verdict);
      if (closing === undefined) throw nodeError('session_not_found', { sessionId });
      return closing;
    },
    closeHeld,
    async stop() {
      upkeep.stop();
      stopping.abort(new DOMException('the node is stopping', 'AbortError'));
      const closeAll = async (): Promise<void> => {
        await openings.settled();
        await Promise.all([...held.values()].map(closeQuietly));
      };
      await Promise.race([closeAll(), sleep(stopTimeoutMs, undefined, { ref: false })]);
      if (held.size > 0) log.warn({ sessionIds: [...held.keys()] }, 'sessions left open; they end by themselves');
    },
  };
}

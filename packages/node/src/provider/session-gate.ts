import type { Session } from '@yellowstone/client';
import type { Address, SessionId } from '@yellowstone/protocol';
import type { ChainReads } from '../chain/chain.js';
import type { Clock } from '../clock.js';
import { nodeError } from '../errors.js';

/** What a provider may serve, as the chain says (DESIGN 11). */
export interface SessionGate {
  /** @throws session_not_found, session_of_another_provider */
  own(sessionId: SessionId): Promise<Session>;
  /** @throws requester_not_allowed */
  requireRequester(session: Session, requester: Address): Promise<void>;
  /** @throws session_closed, session_ended */
  requireOpen(session: Session, now: bigint): void;
}

interface GateDeps {
  readonly reads: Pick<ChainReads, 'session' | 'isDelegate'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface GateOptions {
  readonly provider: Address;
  /** After this an answer of the chain is asked for again, beside those who use it [ms]. */
  readonly refreshMs?: number;
  /** How long an answer of the chain is believed at most [ms]. */
  readonly cacheMs?: number;
}

export function createSessionGate(
  { reads, clock }: GateDeps,
  { provider, refreshMs = 2_000, cacheMs = 10_000 }: GateOptions,
): SessionGate {
  const sessions = createCache<Session>({ clock, refreshMs, cacheMs });
  const rights = createCache<true>({ clock, refreshMs, cacheMs });

  const readSession = async (sessionId: SessionId): Promise<Session> => {
    const session = await reads.session(sessionId);
    if (session === undefined) throw nodeError('session_not_found', { sessionId });
    return session;
  };
  const readRight = async (session: Session, requester: Address): Promise<true> => {
    const question = { delegate: requester, account: session.user, rights: 'session' } as const;
    if (await reads.isDelegate(question)) return true;
    throw nodeError('requester_not_allowed', { requester });
  };
  return {
    async own(sessionId) {
      const session = await sessions.get(sessionId, () => readSession(sessionId));
      if (session.provider === provider) return session;
      throw nodeError('session_of_another_provider', { provider: session.provider });
    },
    async requireRequester(session, requester) {
      if (requester === session.user) return;
      await rights.get(`${session.user} ${requester}`, () => readRight(session, requester));
    },
    requireOpen({ sessionId, isClosed, endsAt }, now) {
      if (isClosed) throw nodeError('session_closed', { sessionId });
      if (now >= endsAt) throw nodeError('session_ended', { sessionId, endsAt });
    },
  };
}

const MAX_CACHED = 10_000;

interface Cache<Value> {
  /**
   * A young value, or what `read` gives; readers at the same time share one read. A value that is not quite young is
   * given once more while it is read again. Failures are not kept.
   */
  get(key: string, read: () => Promise<Value>): Promise<Value>;
}

interface CacheOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly refreshMs: number;
  readonly cacheMs: number;
}

interface Cached<Value> {
  readonly value: Promise<Value>;
  readonly readAt: number;
  isBeingRefreshed: boolean;
}

function createCache<Value>({ clock, refreshMs, cacheMs }: CacheOptions): Cache<Value> {
  const kept = new Map<string, Cached<Value>>();
  const keep = (key: string, value: Promise<Value>): void => {
    const entry = { value, readAt: clock.monotonic(), isBeingRefreshed: false };
    kept.delete(key);
    kept.set(key, entry);
    const [oldest] = kept.keys();
    if (kept.size > MAX_CACHED && oldest !== undefined) kept.delete(oldest);
    value.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
  };
  return {
    get(key, read) {
      const found = kept.get(key);
      const age = found === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() - found.readAt;
      if (found === undefined || age >= cacheMs) {
        const value = read();
        keep(key, value);
        return value;
      }
      if (age >= refreshMs && !found.isBeingRefreshed) {
        found.isBeingRefreshed = true;
        const value = read();
        // Kept when it is there: until then, and if the chain cannot be asked, the value of before counts.
        value.then(
          () => keep(key, value),
          () => (found.isBeingRefreshed = false),
        );
      }
      return found.value;
    },
  };
}

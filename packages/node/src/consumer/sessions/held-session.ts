import type { Verdict } from '@yellowstone/client';
import type { Address } from '@yellowstone/protocol';
import type { SpendingOrigin } from '@yellowstone/service';
import type { OpenSession } from '../open-session.js';
import { allows } from '../session-policy.js';
import type { Want } from '../want.js';
import type { EndedSession } from './end-session.js';

/** A session that this node uses. */
export interface Held {
  readonly session: OpenSession;
  /** Only what requests had opened is renewed and closed when idle; the rest is left to whoever opened it. */
  readonly origin: SpendingOrigin;
  /** Of the API key that paid. */
  readonly keyId: string | undefined;
  /** Requests on their way now. */
  running: number;
  /** By the monotonic clock [ms]. */
  lastUsedAt: number;
  /** Used since it was last written down. */
  isTouched: boolean;
  /** Under which conditions it was used last; what renews it. */
  lastWant: Want | undefined;
  answers: number;
  failures: number;
  /** False once it is to be closed: nobody gets it any more, and its closing is tried until it worked. */
  isUsable: boolean;
  /** What somebody wants to be said when it closes; undefined = what the node saw. */
  verdict: Verdict | undefined;
  failedCloses: number;
  /** After a closing that failed, the next one is tried from here on, by the monotonic clock [ms]. */
  closeAgainAt: number;
  /** Another one does its work: it is closed when its last request ends. */
  isReplaced: boolean;
  closing: Promise<EndedSession> | undefined;
}

/** What is known when a session begins to be held. */
export type NewHeld = Pick<Held, 'session' | 'origin' | 'keyId' | 'lastUsedAt'>;

export function newHeld(known: NewHeld): Held {
  const counts = { running: 0, answers: 0, failures: 0, failedCloses: 0, closeAgainAt: Number.NEGATIVE_INFINITY };
  const flags = { isTouched: false, isUsable: true, isReplaced: false };
  return { ...known, ...counts, ...flags, lastWant: undefined, verdict: undefined, closing: undefined };
}

export interface Horizon {
  /** Chain time [s]. */
  readonly now: bigint;
  /** A session this close to its end is not handed out any more [s]. */
  readonly marginSeconds: bigint;
  /** A session this close to its end is renewed [s]. */
  readonly leadSeconds: bigint;
}

/** The sessions of a model that a request may use. */
export interface Choice {
  /** The one to use; undefined = there is none. */
  readonly best: Held | undefined;
  /** True if all slots that this node knows of are in use: the request will wait at the provider. */
  readonly isFull: boolean;
  /** Sessions that can be used for a while yet. */
  readonly lasting: number;
  readonly providers: ReadonlySet<Address>;
}

/**
 * Chooses a session for a request: lasting ones first, free slots first, and those in use before idle ones, so that idle
 * ones can be closed. When all slots are in use, the one where the fewest wait. Of equal ones every process of an account
 * chooses the same, so that what two of them opened at the same time does not stay in use twice.
 */
export function chooseHeld(all: Iterable<Held>, want: Want, horizon: Horizon): Choice {
  const usable = [...all].filter((one) => isUsable(one, want, horizon));
  const lasting = usable.filter((one) => isLasting(one, horizon));
  const free = (list: readonly Held[]): Held | undefined =>
    list.filter(hasFreeSlot).sort((left, right) => right.running - left.running || compareEnds(left, right))[0];
  const found = free(lasting) ?? free(usable);
  const least = (lasting.length > 0 ? lasting : usable).sort((left, right) => loadOf(left) - loadOf(right))[0];
  return {
    best: found ?? least,
    isFull: found === undefined && least !== undefined,
    lasting: lasting.length,
    providers: new Set(usable.map(({ session }) => session.bid.provider)),
  };
}

/** True if a session is about to end although it is in use, and nothing was done about it. */
export function needsRenewal(
  { session, origin, isReplaced, lastWant, running, lastUsedAt, isUsable: usable }: Held,
  { now, leadSeconds }: Horizon,
  { nowMs, idleMs }: { readonly nowMs: number; readonly idleMs: number },
): boolean {
  const isManaged = origin === 'requests' && usable && !isReplaced && lastWant !== undefined;
  const endsSoon = session.endsAt <= now + leadSeconds;
  return isManaged && endsSoon && (running > 0 || nowMs - lastUsedAt < idleMs);
}

/** True if nobody needs a session any more. */
export function isIdle(
  { origin, isUsable: usable, isReplaced, running, lastUsedAt }: Held,
  { nowMs, idleMs }: { readonly nowMs: number; readonly idleMs: number },
): boolean {
  if (running > 0 || !usable || origin !== 'requests') return false;
  return isReplaced || nowMs - lastUsedAt >= idleMs;
}

/** True if a session was to be closed, could not be, and it is time to try again: until then it costs by the second. */
export function needsClosing({ isUsable: usable, closing, closeAgainAt }: Held, nowMs: number): boolean {
  return !usable && closing === undefined && nowMs >= closeAgainAt;
}

/** What was asked for; else `pass` if it only answered, `fail` if it only failed, no opinion otherwise. */
export function verdictOf({ verdict, answers, failures }: Pick<Held, 'verdict' | 'answers' | 'failures'>): Verdict {
  if (verdict !== undefined) return verdict;
  if (answers > 0 === failures > 0) return 'none';
  return answers > 0 ? 'pass' : 'fail';
}

/** True for one that lasts beyond the time in which sessions are renewed. */
function isLasting({ session, isReplaced }: Held, { now, leadSeconds }: Horizon): boolean {
  return !isReplaced && session.endsAt > now + leadSeconds;
}

function isUsable({ session, isUsable: usable }: Held, { modelId, policy, tried }: Want, horizon: Horizon): boolean {
  const { bid, endsAt } = session;
  if (!usable || bid.modelId !== modelId || tried.has(bid.bidId)) return false;
  return endsAt > horizon.now + horizon.marginSeconds && allows(policy, bid);
}

/** The one that ends last comes first. */
function compareEnds({ session: left }: Held, { session: right }: Held): number {
  if (left.endsAt !== right.endsAt) return left.endsAt > right.endsAt ? -1 : 1;
  return left.sessionId < right.sessionId ? -1 : 1;
}

function hasFreeSlot(one: Held): boolean {
  return loadOf(one) < 1;
}

/** Requests per slot; 0 where the slots are not known: the provider queues. */
function loadOf({ session: { slots }, running }: Held): number {
  return slots === undefined ? 0 : running / Math.max(1, slots);
}

import type { Bid } from '@yellowstone/client';
import { ChainError } from '@yellowstone/client';
import { MOR, type SessionId } from '@yellowstone/protocol';
import { AppError, type SessionSpending } from '@yellowstone/service';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, quietLog, userWallet } from '../../testing/keys.js';
import { openTestStores, type TestStores } from '../../testing/test-stores.js';
import type { AnswerSummary } from '../answer-summary.js';
import type { OpenSession } from '../open-session.js';
import { allows, type SessionPolicy } from '../session-policy.js';
import type { Want } from '../want.js';
import { type BuySession, NotWantedError } from './buy-session.js';
import type { EndedSession } from './end-session.js';
import { createSessionKeeper, type SessionKeeper } from './session-keeper.js';

const chain = createFakeChain();
const bids = [providerWallet, otherProviderWallet].map((wallet) =>
  chain.addBid({ wallet, endpoint: 'p.example:1', name: 'm' }),
);
const [first, second] = bids as [Bid, Bid];
const policy: SessionPolicy = {
  maxPricePerSecondMor: MOR,
  maxStakeMor: MOR,
  preferredProviders: [],
  refusedProviders: [],
};
const want: Want = {
  modelId: first.modelId,
  name: 'm',
  policy,
  payer: { keyId: undefined, maxMorPerDay: undefined },
  tried: new Set(),
  full: new Set(),
};
const wantOf = (keyId: string, change: Partial<Want> = {}): Want => ({
  ...want,
  payer: { keyId, maxMorPerDay: undefined },
  ...change,
});
const signal = new AbortController().signal;
const failure = (code: string, httpStatus: number) => new AppError({ code, httpStatus, message: code });

const answer: AnswerSummary = {
  end: 'whole',
  usage: { inputTokens: 7, outputTokens: 5 },
  passed: { deltas: 5, characters: 20 },
  ttftMs: 10,
  durationMs: 60,
};

let stores: TestStores;
let books: SessionSpending;
let nowSeconds: bigint;
let nowMs: number;
/** By how much the wall clock is ahead of the monotonic one. */
let wallAheadMs: number;
let opened: number;
let slots: number | undefined;
const resting = new Set<string>();
const buy = vi.fn<BuySession>();
const buyFor = vi.fn<(want: Want) => typeof buy>();
const end = vi.fn<() => Promise<EndedSession>>();
const userSessions = vi.fn(chain.as(userWallet).reads.userSessions);
const stops: (() => Promise<void>)[] = [];
let keeper: SessionKeeper;

beforeAll(async () => {
  stores = await openTestStores({ now: () => nowMs + wallAheadMs });
});

afterAll(() => stores?.stop());

beforeEach(async () => {
  [nowSeconds, nowMs, wallAheadMs, opened, slots] = [1_000n, 0, 0, 0, undefined];
  resting.clear();
  books = stores.emptyBooks();
  buy.mockReset().mockImplementation(async (bid) => sessionOf(bid));
  buyFor.mockReset().mockReturnValue(buy);
  end.mockReset().mockResolvedValue({} as EndedSession);
  userSessions.mockReset().mockResolvedValue({ items: [], total: 0 });
  keeper = await startKeeper();
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function startKeeper(options: { maxPerModel?: number; idleMs?: number } = {}): Promise<SessionKeeper> {
  const started = await createSessionKeeper(
    {
      reads: {
        bid: async (id) => bids.find(({ bidId }) => bidId === id),
        session: async () => undefined,
        userSessions,
      },
      openingsEnded: async () => undefined,
      chainClock: { now: async () => nowSeconds },
      clock: { now: () => nowMs + wallAheadMs, monotonic: () => nowMs },
      candidatesOf: async ({ policy, tried, full }) =>
        bids
          .filter((bid) => allows(policy, bid) && !tried.has(bid.bidId) && !full.has(bid.provider))
          .sort((left, right) => Number(resting.has(left.provider)) - Number(resting.has(right.provider))),
      buyFor,
      end,
      watch: {
        begin: () => undefined,
        failed: ({ provider }) => void resting.add(provider),
        answered: () => undefined,
      },
      spending: books,
      log: quietLog,
    },
    { user: addressOf(userWallet), sweepMs: 5, stopTimeoutMs: 50, ...options },
  );
  stops.push(() => started.stop());
  return started;
}

function sessionOf(bid: Bid, seconds = 600n): OpenSession {
  opened += 1;
  const sessionId = `0x${String(opened).padStart(64, '0')}` as SessionId;
  return { sessionId, bid, payment: 'pool', slots, openedAt: nowSeconds, endsAt: nowSeconds + seconds };
}

/** After the next two looks after sessions. */
async function swept(): Promise<void> {
  const reads = userSessions.mock.calls.length;
  await vi.waitFor(() => expect(userSessions.mock.calls.length).toBeGreaterThan(reads + 2), { interval: 2 });
}

describe('acquire', () => {
  it('hands a session out until 30 s before its end', async () => {
    const session = await keeper.acquire(want, signal);
    nowSeconds += 569n;
    expect(await keeper.acquire(want, signal)).toBe(session);
    nowSeconds += 1n;
    expect(await keeper.acquire(want, signal)).not.toBe(session);
  });

  it('shares one opening, which goes on when one who waits leaves', async () => {
    let finish: (session: OpenSession) => void = () => undefined;
    buy.mockImplementation(() => new Promise((done) => (finish = done)));
    const leaver = new AbortController();
    const left = keeper.acquire(want, leaver.signal);
    const stayed = keeper.acquire(want, signal);
    await vi.waitFor(() => expect(buy).toHaveBeenCalledTimes(1));
    leaver.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    finish(sessionOf(first));
    expect((await stayed).bid).toBe(first);
    expect(buy).toHaveBeenCalledTimes(1);
  });

  it('goes through the bids, and says what the user can change first', async () => {
    buy
      .mockRejectedValueOnce(failure('provider_timeout', 504))
      .mockRejectedValueOnce(failure('stake_limit_exceeded', 402));
    await expect(keeper.acquire(want, signal)).rejects.toMatchObject({ code: 'stake_limit_exceeded' });
    buy.mockRejectedValueOnce(failure('provider_timeout', 504)).mockRejectedValueOnce(failure('provider_broken', 502));
    await expect(keeper.acquire(want, signal)).rejects.toMatchObject({
      code: 'no_provider_answered',
      details: { attempts: ['provider_timeout', 'provider_broken'] },
    });
  });

  it('goes on after a bid that is gone, but not after trouble with the chain', async () => {
    buy.mockRejectedValueOnce(new ChainError('CHAIN_BidNotActive', 'gone'));
    expect((await keeper.acquire(want, signal)).bid).toBe(second);
    buy.mockReset().mockRejectedValue(new ChainError('CHAIN_UNREACHABLE', 'down'));
    nowSeconds += 600n;
    await expect(keeper.acquire(want, signal)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(buy).toHaveBeenCalledTimes(1);
  });

  it('looks at the chain before it buys again when an opening had no outcome', async () => {
    buy.mockRejectedValueOnce(new ChainError('CHAIN_TIMEOUT', 'late'));
    await expect(keeper.acquire(want, signal)).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
    userSessions.mockClear().mockResolvedValue({
      items: [
        {
          ...sessionOf(first),
          user: addressOf(userWallet),
          provider: first.provider,
          bidId: first.bidId,
          modelId: first.modelId,
          pricePerSecondMor: 1n,
          usedSeconds: 0n,
          isDisputable: false,
          isClosed: false,
          verdict: 'none',
        },
      ],
      total: 1,
    });
    const session = await keeper.acquire(want, signal);
    expect(session.bid).toBe(first);
    expect(buy).toHaveBeenCalledTimes(1);
    userSessions.mockReset().mockResolvedValue({ items: [], total: 0 });
  });
});

describe('what others do with the same account', () => {
  const onChain = (session: OpenSession, isClosed = false) => ({
    sessionId: session.sessionId,
    payment: session.payment,
    openedAt: session.openedAt,
    endsAt: session.endsAt,
    user: addressOf(userWallet),
    provider: session.bid.provider,
    bidId: session.bid.bidId,
    modelId: session.bid.modelId,
    pricePerSecondMor: 1n,
    usedSeconds: 0n,
    isDisputable: false,
    isClosed,
    verdict: 'none' as const,
  });
  const shows = (...items: ReturnType<typeof onChain>[]) =>
    userSessions.mockResolvedValue({ items, total: items.length });

  it('uses a session that was opened elsewhere instead of buying one', async () => {
    const theirs = sessionOf(second);
    shows(onChain(theirs));
    expect((await keeper.acquire(want, signal)).sessionId).toBe(theirs.sessionId);
    expect(buy).not.toHaveBeenCalled();
  });

  it('notices sessions that are opened and closed elsewhere, without being asked', async () => {
    const theirs = sessionOf(first);
    shows(onChain(theirs));
    await vi.waitFor(() => expect(keeper.list()).toHaveLength(1), { interval: 5 });
    shows(onChain(theirs, true));
    await vi.waitFor(() => expect(keeper.list()).toEqual([]), { interval: 5 });
    expect(end).not.toHaveBeenCalled();
  });

  it('looks after the sessions of before when its database was lost (50)', async () => {
    const [ours, another] = [sessionOf(first), sessionOf(second)];
    shows(onChain(ours), onChain(another));
    books = stores.emptyBooks();
    const restarted = await startKeeper();
    expect(restarted.list()).toMatchObject([{ origin: 'requests' }, { origin: 'requests' }]);
    const theirs = sessionOf(first);
    shows(onChain(ours), onChain(another), onChain(theirs));
    await vi.waitFor(() => expect(restarted.list()).toHaveLength(3), { interval: 2 });
    nowMs += 900_000;
    await vi.waitFor(() => expect(restarted.list()).toMatchObject([{ session: theirs, origin: 'elsewhere' }]));
  });

  it('does not take back what it closed or gave up because the chain lags', async () => {
    const session = await keeper.acquire(want, signal);
    shows(onChain(session));
    await keeper.close(session.sessionId);
    const reads = userSessions.mock.calls.length;
    await vi.waitFor(() => expect(userSessions.mock.calls.length).toBeGreaterThan(reads + 3), { interval: 5 });
    expect(keeper.list()).toEqual([]);
    expect(await keeper.acquire(want, signal)).not.toBe(session);
  });
});

describe('giveUp', () => {
  it('closes with fail what never answered, and tells of the provider', async () => {
    const session = await keeper.acquire(want, signal);
    await keeper.giveUp(session);
    expect(end).toHaveBeenCalledWith(session, 'fail');
    expect([...resting]).toEqual([session.bid.provider]);
    const other = bids.find((bid) => bid !== session.bid);
    expect((await keeper.acquire(want, signal)).bid).toBe(other);
  });

  it('has no opinion of what answered before', async () => {
    const session = await keeper.acquire(want, signal);
    keeper.reportAnswer(session, answer);
    await keeper.giveUp(session);
    expect(end).toHaveBeenCalledWith(session, 'none');
  });
});

describe('closing', () => {
  it('happens once for callers that come together', async () => {
    const { sessionId } = await keeper.acquire(want, signal);
    await Promise.all([keeper.close(sessionId), keeper.close(sessionId, 'pass')]);
    expect(end).toHaveBeenCalledTimes(1);
    expect(keeper.list()).toEqual([]);
  });

  it('can be tried again by hand as often as it failed', async () => {
    const session = await keeper.acquire(want, signal);
    const { sessionId } = session;
    end.mockRejectedValue(new ChainError('CHAIN_UNREACHABLE', 'down'));
    for (let at = 0; at < 5; at += 1) {
      await expect(keeper.close(sessionId)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    }
    expect(keeper.list()).toMatchObject([{ session, state: 'closing' }]);
    end.mockResolvedValue({} as EndedSession);
    await keeper.close(sessionId);
    expect(keeper.list()).toEqual([]);
  });

  it.each([
    ['of what failed before its first answer', (session: OpenSession) => keeper.giveUp(session)],
    ['by hand', ({ sessionId }: OpenSession) => keeper.close(sessionId, 'fail').catch(() => undefined)],
    ['of a session opened by hand', (session: OpenSession) => keeper.giveUp(session), 'hand'],
  ])('%s is tried until it works, since an open session costs by the second', async (_, close, origin?: string) => {
    if (origin === 'hand') keeper.keep(sessionOf(first));
    const session = await keeper.acquire(want, signal);
    keeper.release(session);
    // Without ETH for gas, say, until somebody sends some.
    end.mockRejectedValue(new ChainError('CHAIN_NO_GAS_MONEY', 'empty'));
    await close(session);
    for (let at = 2; at <= 6; at += 1) {
      nowMs += 300_000;
      await vi.waitFor(() => expect(end).toHaveBeenCalledTimes(at), { interval: 2 });
      await swept();
      expect(end).toHaveBeenCalledTimes(at);
    }
    end.mockResolvedValue({} as EndedSession);
    nowMs += 300_000;
    await vi.waitFor(() => expect(keeper.list()).toEqual([]), { interval: 2 });
    expect(end).toHaveBeenLastCalledWith(session, 'fail');
  });

  it('is not tried for ever once the session has ended', async () => {
    const session = await keeper.acquire(want, signal);
    end.mockRejectedValue(new ChainError('CHAIN_NO_GAS_MONEY', 'empty'));
    nowSeconds = session.endsAt;
    await vi.waitFor(
      () => {
        nowMs += 300_000;
        expect(keeper.list()).toEqual([]);
      },
      { interval: 10 },
    );
    expect(end).toHaveBeenCalledTimes(3);
  });

  it('follows the end of a session by itself', async () => {
    const session = await keeper.acquire(want, signal);
    keeper.reportAnswer(session, answer);
    nowSeconds += 600n;
    await vi.waitFor(() => expect(end).toHaveBeenCalledWith(session, 'pass'), { interval: 5 });
  });

  it('does not keep a stopping node longer than its bound', async () => {
    await keeper.acquire(want, signal);
    end.mockReturnValue(new Promise(() => undefined));
    await keeper.stop();
    await expect(keeper.acquire(want, signal)).rejects.toMatchObject({ code: 'server_stopping' });
  });
});

describe('slots', () => {
  it('are shared by requests, and then the request waits at the provider', async () => {
    slots = 2;
    const used = await Promise.all([1, 2, 3].map(() => keeper.acquire(want, signal)));
    expect(new Set(used).size).toBe(1);
    expect(keeper.list()).toMatchObject([{ running: 3 }]);
    await swept();
    expect(buy).toHaveBeenCalledTimes(1);
    for (const session of used) keeper.release(session);
    expect(keeper.list()).toMatchObject([{ running: 0 }]);
  });

  it('that are all in use open another session with another provider, for who comes later', async () => {
    slots = 1;
    const generous = await startKeeper({ maxPerModel: 2 });
    const [one, next] = [await generous.acquire(want, signal), await generous.acquire(want, signal)];
    expect(next).toBe(one);
    await vi.waitFor(() => expect(generous.list()).toHaveLength(2), { interval: 2 });
    const other = await generous.acquire(want, signal);
    expect(other.bid).not.toBe(one.bid);
    await generous.acquire(want, signal);
    await swept();
    expect(buy).toHaveBeenCalledTimes(2);
  });

  it('do not make a keeper ask for more again and again when no more can be had', async () => {
    slots = 1;
    const generous = await startKeeper({ maxPerModel: 2 });
    await generous.acquire(want, signal);
    buy.mockRejectedValue(failure('stake_limit_exceeded', 402));
    for (let at = 0; at < 5; at += 1) {
      await generous.acquire(want, signal);
      await swept();
    }
    expect(buy).toHaveBeenCalledTimes(2);
    nowMs += 30_001;
    await generous.acquire(want, signal);
    await vi.waitFor(() => expect(buy).toHaveBeenCalledTimes(3), { interval: 2 });
  });

  it('fill one session before the next, so that what is not needed can be closed', async () => {
    slots = 2;
    const generous = await startKeeper({ maxPerModel: 2 });
    const one = await generous.acquire(want, signal);
    await generous.acquire(want, signal);
    await generous.acquire(want, signal);
    await vi.waitFor(() => expect(generous.list()).toHaveLength(2), { interval: 2 });
    for (let at = 0; at < 3; at += 1) generous.release(one);
    expect(await generous.acquire(want, signal)).toBe(one);
    expect(await generous.acquire(want, signal)).toBe(one);
    expect(await generous.acquire(want, signal)).not.toBe(one);
  });
});

describe('renewal', () => {
  it('has the next session ready before one in use ends, so that nobody waits at the seam', async () => {
    const before = await keeper.acquire(want, signal);
    nowSeconds += 510n;
    await vi.waitFor(() => expect(keeper.list()).toHaveLength(2), { interval: 2 });
    expect(buy).toHaveBeenCalledTimes(2);
    // Had it to be opened now, this would never end.
    buy.mockReturnValue(new Promise(() => undefined));
    const after = await keeper.acquire(want, signal);
    expect(after).not.toBe(before);
    expect(end).not.toHaveBeenCalled();
    keeper.release(before);
    await vi.waitFor(() => expect(end).toHaveBeenCalledWith(before, 'none'), { interval: 2 });
    expect(keeper.list().map(({ session }) => session)).toEqual([after]);
  });

  it('is paid by whoever used the session last', async () => {
    keeper.release(await keeper.acquire(wantOf('a'), signal));
    keeper.release(await keeper.acquire(wantOf('b'), signal));
    nowSeconds += 510n;
    await vi.waitFor(() => expect(buyFor).toHaveBeenCalledTimes(2), { interval: 2 });
    expect(buyFor.mock.calls.map(([{ payer }]) => payer.keyId)).toEqual(['a', 'b']);
  });

  it('does not happen to what nobody uses any more', async () => {
    const brief = await startKeeper({ idleMs: 1_000_000 });
    brief.release(await brief.acquire(want, signal));
    nowSeconds += 510n;
    nowMs += 1_000_000;
    await swept();
    expect(buy).toHaveBeenCalledTimes(1);
  });

  it('that fails leaves the session to its end, and is tried again', async () => {
    const session = await keeper.acquire(want, signal);
    buy.mockRejectedValue(failure('day_limit_exceeded', 402));
    nowSeconds += 510n;
    await vi.waitFor(() => expect(buy).toHaveBeenCalledTimes(3), { interval: 2 });
    await swept();
    expect(buy).toHaveBeenCalledTimes(3);
    expect(await keeper.acquire(want, signal)).toBe(session);
    buy.mockImplementation(async (bid) => sessionOf(bid));
    nowMs += 30_001;
    await vi.waitFor(() => expect(keeper.list()).toHaveLength(2), { interval: 2 });
  });
});

describe('idle sessions', () => {
  it('are closed', async () => {
    const session = await keeper.acquire(want, signal);
    keeper.reportAnswer(session, answer);
    nowMs += 900_000;
    await swept();
    expect(end).not.toHaveBeenCalled();
    keeper.release(session);
    await swept();
    nowMs += 899_999;
    await swept();
    expect(end).not.toHaveBeenCalled();
    nowMs += 1;
    await vi.waitFor(() => expect(end).toHaveBeenCalledWith(session, 'pass'), { interval: 2 });
  });

  it('are left alone when somebody opened them by hand', async () => {
    keeper.keep(sessionOf(first));
    nowMs += 10_000_000;
    await swept();
    expect(end).not.toHaveBeenCalled();
  });

  it('are left alone while another process uses them', async () => {
    const made = await books.reserve({
      day: 0n,
      keyId: undefined,
      origin: 'requests',
      bidId: first.bidId,
      payment: 'pool',
      costMor: 1n,
      caps: [],
    });
    const session = await keeper.acquire(want, signal);
    if ('id' in made) await books.attach(made.id, { sessionId: session.sessionId, day: 0n });
    keeper.release(session);
    await swept();
    nowMs += 800_000;
    await books.touch(session.sessionId);
    nowMs += 100_000;
    await swept();
    expect(end).not.toHaveBeenCalled();
    nowMs += 800_000;
    await vi.waitFor(() => expect(end).toHaveBeenCalledTimes(1), { interval: 2 });
  });
});

describe('two processes on one database', () => {
  const seen = (session: OpenSession) => ({ ...session, bidId: session.bid.bidId, isClosed: false }) as never;

  it('do not both open what one of them was about to', async () => {
    const theirs = sessionOf(first);
    buy.mockImplementationOnce(async (_bid, _signal, isWanted) => {
      expect(await isWanted?.()).toBe(true);
      // The other one was faster to the chain while this one had its approval signed.
      userSessions.mockResolvedValue({ items: [seen(theirs)], total: 1 });
      if (!(await isWanted?.())) throw new NotWantedError();
      return sessionOf(first);
    });
    expect((await keeper.acquire(want, signal)).sessionId).toBe(theirs.sessionId);
    expect(keeper.list()).toHaveLength(1);
  });

  it('use the same one of two that they opened at the same time, so that the other one can be closed', async () => {
    const other = await startKeeper();
    const mine = await keeper.acquire(want, signal);
    const theirs = await other.acquire(want, signal);
    keeper.release(mine);
    other.release(theirs);
    const both = [seen(mine), seen(theirs)];
    userSessions.mockResolvedValue({ items: both, total: 2 });
    for (const one of [keeper, other]) {
      await vi.waitFor(() => expect(one.list()).toHaveLength(2), { interval: 2 });
    }
    const chosen = [await keeper.acquire(want, signal), await other.acquire(want, signal)];
    expect(chosen[0]?.sessionId).toBe(chosen[1]?.sessionId);
  });

  it('do not close what the other one uses for one long answer', async () => {
    const session = await keeper.acquire(want, signal);
    const cost = { day: 0n, bidId: first.bidId, payment: 'pool', costMor: 1n };
    await books.recognise(session.sessionId, { ...cost, reservedFrom: 0n, unknownIs: 'requests' });
    const onChain = { ...session, bidId: first.bidId, isClosed: false };
    userSessions.mockResolvedValue({ items: [onChain as never], total: 1 });
    const other = await startKeeper();
    expect(other.list()).toMatchObject([{ session: { sessionId: session.sessionId }, origin: 'requests' }]);
    for (let at = 0; at < 4; at += 1) {
      nowMs += 500_000;
      await swept();
      await swept();
    }
    expect(end).not.toHaveBeenCalled();
  });
});

describe('a clock that is set back (44)', () => {
  it('does not keep an idle session open', async () => {
    const session = await keeper.acquire(want, signal);
    const cost = { day: 0n, bidId: first.bidId, payment: 'pool', costMor: 1n };
    await books.recognise(session.sessionId, { ...cost, reservedFrom: 0n, unknownIs: 'requests' });
    wallAheadMs = 86_400_000;
    keeper.release(session);
    await swept();
    wallAheadMs = 0;
    nowMs += 900_000;
    await vi.waitFor(() => expect(end).toHaveBeenCalledTimes(1), { interval: 2 });
  });
});

describe('keys', () => {
  it('share what is open, as far as their own limits allow', async () => {
    const session = await keeper.acquire(wantOf('a'), signal);
    expect(await keeper.acquire(wantOf('b'), signal)).toBe(session);
    const strict = { ...policy, refusedProviders: [session.bid.provider] };
    const other = await keeper.acquire(wantOf('c', { policy: strict }), signal);
    expect(buyFor.mock.calls.map(([{ payer }]) => payer.keyId)).toEqual(['a', 'c']);
    expect(keeper.list().map(({ keyId }) => keyId)).toEqual(['a', 'c']);
    expect(other).not.toBe(session);
  });

  it('wait for an opening that another key pays, and do not hear why it failed', async () => {
    let fail: (error: Error) => void = () => undefined;
    buy.mockImplementationOnce(() => new Promise((_, reject) => (fail = reject)));
    const theirs = keeper.acquire(wantOf('a'), signal);
    await vi.waitFor(() => expect(buy).toHaveBeenCalledTimes(1), { interval: 2 });
    const ours = keeper.acquire(wantOf('b'), signal);
    buy.mockRejectedValueOnce(failure('key_budget_exceeded', 429));
    fail(failure('key_budget_exceeded', 429));
    await expect(theirs).rejects.toMatchObject({ code: 'key_budget_exceeded' });
    expect((await ours).bid).toBe(first);
    expect(buyFor.mock.calls.map(([{ payer }]) => payer.keyId)).toEqual(['a', 'b']);
  });
});

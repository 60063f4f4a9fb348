import type { Bid } from '@yellowstone/client';
import { ChainError } from '@yellowstone/client';
import type { SessionId } from '@yellowstone/protocol';
import { AppError } from '@yellowstone/service';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, quietLog, userWallet } from '../../testing/keys.js';
import type { AnswerSummary } from '../answer-summary.js';
import type { OpenSession } from '../open-session.js';
import type { EndedSession } from './end-session.js';
import { createSessionKeeper, type SessionKeeper } from './session-keeper.js';

const chain = createFakeChain();
const bids = [providerWallet, otherProviderWallet].map((wallet) =>
  chain.addBid({ wallet, endpoint: 'p.example:1', name: 'm' }),
);
const [first, second] = bids as [Bid, Bid];
const want = { modelId: first.modelId, name: 'm', tried: new Set<never>() };
const signal = new AbortController().signal;
const failure = (code: string, httpStatus: number) => new AppError({ code, httpStatus, message: code });

const answer: AnswerSummary = {
  end: 'whole',
  usage: { inputTokens: 7, outputTokens: 5 },
  passed: { deltas: 5, characters: 20 },
  ttftMs: 10,
  durationMs: 60,
};

let nowSeconds: bigint;
let nowMs: number;
let opened: number;
const buy = vi.fn<(bid: Bid, signal: AbortSignal) => Promise<OpenSession>>();
const end = vi.fn<() => Promise<EndedSession>>();
const userSessions = vi.fn(chain.as(userWallet).reads.userSessions);
let keeper: SessionKeeper;

beforeEach(async () => {
  [nowSeconds, nowMs, opened] = [1_000n, 0, 0];
  buy.mockReset().mockImplementation(async (bid) => sessionOf(bid));
  end.mockReset().mockResolvedValue({} as EndedSession);
  userSessions.mockClear();
  keeper = await createSessionKeeper(
    {
      reads: { bid: async (id) => bids.find(({ bidId }) => bidId === id), userSessions },
      chainClock: { now: async () => nowSeconds },
      clock: { monotonic: () => nowMs },
      candidatesOf: async ({ tried }, cooling) =>
        bids
          .filter(({ bidId }) => !tried.has(bidId))
          .sort((left, right) => Number(cooling.has(left.provider)) - Number(cooling.has(right.provider))),
      buy,
      end,
      log: quietLog,
    },
    { user: addressOf(userWallet), sweepMs: 5, stopTimeoutMs: 50 },
  );
});

afterEach(() => keeper.stop());

function sessionOf(bid: Bid): OpenSession {
  opened += 1;
  const sessionId = `0x${String(opened).padStart(64, '0')}` as SessionId;
  return { sessionId, bid, payment: 'pool', openedAt: nowSeconds, endsAt: nowSeconds + 600n };
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
  afterEach(() => userSessions.mockReset().mockResolvedValue({ items: [], total: 0 }));

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
  it('closes with fail what never answered, and lets the provider rest for a minute', async () => {
    const session = await keeper.acquire(want, signal);
    await keeper.giveUp(session);
    expect(end).toHaveBeenCalledWith(session, 'fail');
    const other = bids.find((bid) => bid !== session.bid);
    expect((await keeper.acquire(want, signal)).bid).toBe(other);
    nowMs += 60_001;
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

  it('can be tried again after a failure, three times in all', async () => {
    const { sessionId } = await keeper.acquire(want, signal);
    end.mockRejectedValue(new ChainError('CHAIN_UNREACHABLE', 'down'));
    await expect(keeper.close(sessionId)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(keeper.list()).toHaveLength(1);
    await expect(keeper.close(sessionId)).rejects.toThrow();
    await expect(keeper.close(sessionId)).rejects.toThrow();
    await expect(keeper.close(sessionId)).rejects.toMatchObject({ code: 'session_not_found' });
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

import type { Session } from '@yellowstone/client';
import { beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import type { ChainReads } from '../chain/chain.js';
import { createFakeChain } from '../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, strangerWallet, userWallet } from '../testing/keys.js';
import { createSessionGate, type SessionGate } from './session-gate.js';

let nowMs: number;
let session: Session;
let reads: { session: Mock<ChainReads['session']>; isDelegate: Mock<ChainReads['isDelegate']> };
let gate: SessionGate;

beforeEach(() => {
  nowMs = 0;
  const chain = createFakeChain();
  session = chain.addSession(
    chain.addBid({ wallet: providerWallet, endpoint: 'x:1', name: 'm' }),
    addressOf(userWallet),
  );
  reads = {
    session: vi.fn<ChainReads['session']>(async () => session),
    isDelegate: vi.fn<ChainReads['isDelegate']>(async () => true),
  };
  gate = createSessionGate({ reads, clock: { monotonic: () => nowMs } }, { provider: addressOf(providerWallet) });
});

describe('createSessionGate', () => {
  it('asks the chain once for many, and again beside them when what it knows is not quite young', async () => {
    await Promise.all([1, 2, 3].map(() => gate.own(session.sessionId)));
    nowMs = 1_999;
    await gate.own(session.sessionId);
    expect(reads.session).toHaveBeenCalledTimes(1);
    const closed = { ...session, isClosed: true };
    reads.session.mockResolvedValue(closed);
    nowMs = 2_000;
    // Nobody waits: they get what was known.
    const known = await Promise.all([1, 2, 3].map(() => gate.own(session.sessionId)));
    expect(known.map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
    expect(reads.session).toHaveBeenCalledTimes(2);
    expect((await gate.own(session.sessionId)).isClosed).toBe(true);
  });

  it('believes the chain for ten seconds at most', async () => {
    await gate.own(session.sessionId);
    reads.session.mockResolvedValue({ ...session, isClosed: true });
    nowMs = 10_000;
    expect((await gate.own(session.sessionId)).isClosed).toBe(true);
  });

  it('goes on with what it knows while the chain cannot be asked, for those ten seconds', async () => {
    await gate.own(session.sessionId);
    reads.session.mockRejectedValue(new Error('no chain'));
    nowMs = 5_000;
    expect(await gate.own(session.sessionId)).toEqual(session);
    nowMs = 10_000;
    await expect(gate.own(session.sessionId)).rejects.toThrow('no chain');
  });

  it('keeps no failure', async () => {
    reads.session.mockResolvedValueOnce(undefined);
    await expect(gate.own(session.sessionId)).rejects.toMatchObject({ code: 'session_not_found' });
    expect(await gate.own(session.sessionId)).toEqual(session);
  });

  it('lets delegates in as long as they are', async () => {
    const delegate = addressOf(strangerWallet);
    await gate.requireRequester(session, delegate);
    reads.isDelegate.mockResolvedValue(false);
    nowMs = 10_000;
    await expect(gate.requireRequester(session, delegate)).rejects.toMatchObject({ code: 'requester_not_allowed' });
    await gate.requireRequester(session, addressOf(userWallet));
  });

  it('refuses sessions of others', async () => {
    session = { ...session, provider: addressOf(otherProviderWallet) };
    await expect(gate.own(session.sessionId)).rejects.toMatchObject({ code: 'session_of_another_provider' });
  });
});

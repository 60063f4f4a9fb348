import { ChainError, type ChainErrorCode, type Connection, type Receipt } from '@yellowstone/client';
import { type BidId, parseAddress, type SessionId } from '@yellowstone/protocol';
import { type ChainIntent, type IntentRequest, serviceError, type SubmittedIntent } from '@yellowstone/service';
import { beforeEach, describe, expect, it } from 'vitest';
import { journaledWrites, type JournaledWrites } from './journaled-writes.js';

const address = parseAddress(`0x${'11'.repeat(20)}`);
const to = parseAddress(`0x${'22'.repeat(20)}`);
const sessionId = `0x${'33'.repeat(32)}` as SessionId;
const bidId = `0x${'44'.repeat(32)}` as BidId;
/** Calls are only put into bytes here. */
const connection = { diamond: to, mor: to, provider: null } as unknown as Connection;

type Kept = Pick<ChainIntent, 'id' | 'kind' | 'data'> & { state: ChainIntent['state']; code?: ChainErrorCode };
let intents: Map<string, Kept>;
let waited: bigint[];
let chain: JournaledWrites;

beforeEach(() => {
  intents = new Map();
  waited = [];
  const handleOf = (kept: Kept): SubmittedIntent => ({
    id: kept.id,
    hash: async () => `0x${kept.id}`,
    wait: async () => {
      waited.push(kept.id);
      if (kept.code !== undefined) throw new ChainError(kept.code, 'as the test wants');
      kept.state = 'mined';
      return {} as Receipt;
    },
  });
  const submit = async (request: IntentRequest): Promise<SubmittedIntent> => {
    const { idempotencyKey = `random ${intents.size}`, kind, data } = request;
    const known = intents.get(idempotencyKey) ?? { id: BigInt(intents.size + 1), kind, data, state: 'intended' };
    if (known.data !== data) throw serviceError('intent_differs', { idempotencyKey });
    intents.set(idempotencyKey, known);
    return handleOf(known);
  };
  const find = async (key: string) => intents.get(key) as ChainIntent | undefined;
  const resume = async (id: bigint) => handleOf([...intents.values()].find((one) => one.id === id)!);
  const send = async (call: { to: string; data: string }, kind: string) => {
    const intent = await submit({ ...call, kind });
    return { hash: await intent.hash(), receipt: () => intent.wait() };
  };
  const unfinished = async () => [...intents.values()].filter(({ state }) => state === 'intended') as ChainIntent[];
  chain = journaledWrites(connection, { address, submit, find, resume, unfinished, sender: () => ({ address, send }) });
});

const only = (): Kept => {
  expect(intents.size).toBe(1);
  return [...intents.values()][0]!;
};

const openingOf = (nonce: bigint) => ({
  request: { bidId, durationSeconds: 300n, payment: 'pool', maxStakeMor: 1n, maxPayMor: 0n } as const,
  approval: {
    bidId,
    user: address,
    pricePerSecondMor: 1n,
    maxDurationSeconds: 300n,
    payment: 'pool',
    nonce,
    deadline: 1n,
  } as const,
  signature: `0x${'55'.repeat(65)}`,
});

describe('journaledWrites', () => {
  it('closes a session once, whatever the verdict of the second call', async () => {
    const first = await chain.writes.closeSession({ sessionId, verdict: 'pass' });
    const second = await chain.writes.closeSession({ sessionId, verdict: 'fail' });
    expect(second.hash).toBe(first.hash);
    only().state = 'mined';
    expect((await chain.writes.closeSession({ sessionId })).hash).toBe(first.hash);
  });

  it('joins a closing that was faster', async () => {
    const both = [chain.writes.closeSession({ sessionId, verdict: 'pass' }), chain.writes.closeSession({ sessionId })];
    const [first, second] = await Promise.all(both);
    expect(second?.hash).toBe(first?.hash);
    only();
  });

  it('closes again after a closing that failed, and so had no effect', async () => {
    await chain.writes.closeSession({ sessionId });
    only().state = 'failed';
    await chain.writes.closeSession({ sessionId });
    expect([...intents.keys()]).toEqual([`close session ${sessionId}`, `close session ${sessionId} #2`]);
    await chain.writes.closeSession({ sessionId });
    expect(intents.size).toBe(2);
  });

  it('uses each approval once, and each of two', async () => {
    const first = await chain.writes.openSession(openingOf(1n));
    expect((await chain.writes.openSession(openingOf(1n))).hash).toBe(first.hash);
    expect((await chain.writes.openSession(openingOf(2n))).hash).not.toBe(first.hash);
  });

  it('sends everything else as often as it is asked to', async () => {
    await chain.writes.approveMor(1n);
    await chain.writes.approveMor(1n);
    expect(intents.size).toBe(2);
  });

  it('waits for the openings that are on their way, and for nothing else', async () => {
    await chain.writes.approveMor(1n);
    await chain.openingsEnded();
    for (const nonce of [1n, 2n, 3n]) await chain.writes.openSession(openingOf(nonce));
    const [, done, refused, late] = [...intents.values()] as [Kept, Kept, Kept, Kept];
    done.state = 'mined';
    refused.code = 'CHAIN_AllowanceTooLow';
    await chain.openingsEnded();
    expect(waited).toEqual([refused.id, late.id]);
    late.state = 'intended';
    late.code = 'CHAIN_TIMEOUT';
    await expect(chain.openingsEnded()).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
  });

  describe('writesFor the same key', () => {
    it('gives the same write for the same call, another for another function', async () => {
      const first = await chain.writesFor('k').transferMor({ to, amountMor: 1n });
      expect((await chain.writesFor('k').transferMor({ to, amountMor: 1n })).hash).toBe(first.hash);
      await chain.writesFor('k').approveMor(1n);
      await chain.writesFor('l').transferMor({ to, amountMor: 1n });
      expect(intents.size).toBe(3);
    });

    it('refuses other arguments', async () => {
      await chain.writesFor('k').transferMor({ to, amountMor: 1n });
      const other = chain.writesFor('k').transferMor({ to, amountMor: 2n });
      await expect(other).rejects.toMatchObject({ code: 'intent_differs', httpStatus: 409 });
    });

    it('opens one session, whichever approval was faster, and finds it again', async () => {
      expect(await chain.openingFor('k')).toBeUndefined();
      const first = await chain.writesFor('k').openSession(openingOf(1n));
      expect((await chain.writesFor('k').openSession(openingOf(2n))).hash).toBe(first.hash);
      expect((await chain.openingFor('k'))?.hash).toBe(first.hash);
      only().state = 'failed';
      expect(await chain.openingFor('k')).toBeUndefined();
      expect((await chain.writesFor('k').openSession(openingOf(2n))).hash).not.toBe(first.hash);
    });

    it('closes a session once, under whatever key', async () => {
      const first = await chain.writes.closeSession({ sessionId });
      expect((await chain.writesFor('k').closeSession({ sessionId, verdict: 'fail' })).hash).toBe(first.hash);
      only();
    });

    it('tries again after a failure', async () => {
      await chain.writesFor('k').transferMor({ to, amountMor: 1n });
      only().state = 'failed';
      await chain.writesFor('k').transferMor({ to, amountMor: 1n });
      expect(intents.size).toBe(2);
    });
  });
});

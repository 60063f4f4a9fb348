import { createWrites } from '@yellowstone/client';
import { openNodeStore } from '@yellowstone/node';
import { parseAddress, parseModelId, parseMor } from '@yellowstone/protocol';
import { createLog } from '@yellowstone/service';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { freePort } from './local/free-port.js';
import { makeNodeFolder, type NodeFolder } from './local/node-folder.js';
import { bearer, type RunningConsumer, startConsumer, startProvider } from './local/nodes.js';
import { startMockBackend } from './local/small-program.js';
import { type FaultProxy, type Faults, startFaultProxy } from './testing/fault-proxy.js';
import { type JoinedChain, joinChain } from './testing/join-chain.js';

// A bad network between the nodes, and between a node and the chain: real processes, real sockets.

const MODEL = 'far-away';
const WORDS = 20;
const WORD_MS = 20;
/** Patience of the consumer; a fault that nobody tells of is noticed within this. */
const FIRST_BYTE_MS = 2_000;
const IDLE_MS = 1_500;
/** The longest anything may take under a fault: both patiences, once for each of two providers. */
const BOUND_MS = 15_000;

const stops: (() => Promise<void>)[] = [];
let joined: JoinedChain;
let buyer: Account;
/** In front of the cheaper provider. */
let network: FaultProxy;
/** In front of the chain, as the consumer sees it. */
let rpc: FaultProxy;
let folder: NodeFolder;
let consumer: RunningConsumer;

beforeAll(async () => {
  const backend = await startMockBackend();
  stops.push(backend.stop);
  joined = await joinChain('faults', 3);
  stops.push(joined.stop);
  const { chain, people } = joined;
  const [far, near] = people as [Account, Account];
  buyer = people[2]!;

  const port = await freePort();
  network = await startFaultProxy(port);
  rpc = await startFaultProxy(Number(new URL(chain.rpcUrl).port));
  stops.push(network.stop, rpc.stop);
  const shared = { stake: '10', backendUrl: `${backend.url}/v1`, slots: 8 };
  const cheap = { ...shared, modelName: MODEL, pricePerSecond: '0.00001', port, endpointPort: network.port };
  const { modelId, stop } = await startProvider({ chain, account: far }, cheap);
  stops.push(stop);
  const other = { ...shared, modelName: 'near-by', pricePerSecond: '0.00001', alsoServes: [{ modelId, name: MODEL }] };
  stops.push((await startProvider({ chain, account: near }, other)).stop);
  const writes = createWrites(joined.connection, near);
  await (await writes.approveMor(parseMor('1'))).wait();
  const bid = { modelId: parseModelId(modelId), pricePerSecondMor: parseMor('0.00002') };
  await (await writes.postModelBid(bid)).wait();
  folder = await makeNodeFolder();
  stops.push(folder.remove);
}, 180_000);

afterEach(async () => {
  network.set({});
  rpc.set({});
  await consumer.stop();
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

/** A consumer without bad memories; its wallet and its journal stay. */
async function freshConsumer(): Promise<void> {
  const { chain } = joined;
  const env = { YELLOWSTONE_FIRST_BYTE_MS: String(FIRST_BYTE_MS), YELLOWSTONE_IDLE_MS: String(IDLE_MS) };
  const place = { chain: { ...chain, rpcUrl: `http://127.0.0.1:${rpc.port}` }, account: buyer, folder };
  consumer = await startConsumer(place, { maxPricePerSecond: '0.001', maxStake: '20000', env });
}

interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly tookMs: number;
}

async function ask(stream: boolean): Promise<Outcome> {
  const startedAt = performance.now();
  const answer = await fetch(`${consumer.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(consumer.apiKey) },
    body: JSON.stringify({
      model: MODEL,
      stream,
      messages: [{ role: 'user', content: 'Talk.' }],
      max_tokens: WORDS,
      mock_interval_ms: WORD_MS,
    }),
  });
  return { status: answer.status, text: await answer.text(), tookMs: performance.now() - startedAt };
}

const wordsIn = (text: string): number => text.split('" word"').length - 1;

/** `whole`: nothing is missing. `truncated`: something is, and the client is told. Anything else is a failure of ours. */
function endOf({ status, text }: Outcome): string {
  const isDone = text.includes('data: [DONE]');
  if (status === 200 && isDone && wordsIn(text) === WORDS) return 'whole';
  if (status === 200 && !isDone && text.includes('stream_truncated')) return 'truncated';
  return `${status} ${text}`;
}

async function sessionsOpened(): Promise<number> {
  return (await joined.reads.userSessions(parseAddress(buyer.address))).total;
}

describe('a bad network between consumer and provider', { timeout: 60_000 }, () => {
  it.each<[string, Faults]>([
    ['late', { there: { delayMs: 150 }, back: { delayMs: 150 } }],
    ['thin', { there: { bytesPerSecond: 20_000 }, back: { bytesPerSecond: 20_000 } }],
  ])('that is %s changes nothing but the time', async (_, faults) => {
    network.set(faults);
    await freshConsumer();
    expect(endOf(await ask(true))).toBe('whole');
    expect((await ask(false)).status).toBe(200);
  });

  it.each<[string, Faults]>([
    ['refuses connections', { refuses: true }],
    ['loses the request', { there: { after: { bytes: 200, do: 'drop' } } }],
    ['resets during the request', { there: { after: { bytes: 200, do: 'reset' } } }],
    ['loses the answer from its first byte', { back: { after: { bytes: 1, do: 'drop' } } }],
    ['ends before the answer', { back: { after: { bytes: 10, do: 'halfClose' } } }],
  ])('that %s sends the request to the next provider', async (_, faults) => {
    await freshConsumer();
    network.set(faults);
    const streamed = await ask(true);
    expect(endOf(streamed)).toBe('whole');
    expect(streamed.tookMs).toBeLessThan(BOUND_MS);
  });

  it.each<[string, Faults['back']]>([
    ['resets', { after: { bytes: 2_000, do: 'reset' } }],
    ['ends', { after: { bytes: 2_000, do: 'halfClose' } }],
    ['falls silent', { after: { bytes: 2_000, do: 'drop' } }],
  ])('that %s in the middle of an answer: the client is told, the next question is answered', async (_, back) => {
    await freshConsumer();
    // The session is there before the fault, so that it is the answer that breaks.
    expect(endOf(await ask(true))).toBe('whole');
    network.cut();
    network.set({ back: back! });
    const broken = await ask(true);
    expect(endOf(broken)).toBe('truncated');
    expect(broken.tookMs).toBeLessThan(BOUND_MS);
    expect(wordsIn(broken.text)).toBeLessThan(WORDS);
    network.cut();
    network.set({});
    expect(endOf(await ask(true))).toBe('whole');
  });
});

describe('a bad network between a node and the chain', { timeout: 90_000 }, () => {
  it.each<[string, Faults]>([
    ['late', { there: { delayMs: 100 }, back: { delayMs: 100 } }],
    ['thin', { back: { bytesPerSecond: 100_000 } }],
    ['reset after some answers', { back: { after: { bytes: 3_000, do: 'reset' } } }],
    ['half closed after some answers', { back: { after: { bytes: 3_000, do: 'halfClose' } } }],
  ])('that is %s: one session is opened, once', async (_, faults) => {
    await freshConsumer();
    const before = await sessionsOpened();
    rpc.cut();
    rpc.set(faults);
    const first = await ask(true);
    // What could not be done is told as such; what was begun has its one effect when the network is well again.
    if (endOf(first) !== 'whole') expect(first.status).toBeGreaterThanOrEqual(500);
    rpc.cut();
    rpc.set({});
    expect(endOf(await ask(true))).toBe('whole');
    expect(await sessionsOpened()).toBe(before + 1);
  });

  it('leaves no gap and no double in the nonces of the whole story', async () => {
    const store = await openNodeStore(folder.store, { log: createLog({ name: 'test', level: 'silent' }) });
    const rows = await store.database.sql
      .selectFrom('chain_intents')
      .select(['nonce', 'state'])
      .orderBy('nonce')
      .execute();
    await store.stop();
    const mined = rows.filter(({ nonce }) => nonce !== null);
    expect(mined.length).toBeGreaterThan(10);
    expect(mined.map(({ nonce }) => nonce)).toEqual(mined.map((_, at) => BigInt(at)));
    expect(mined.every(({ state }) => state === 'mined' || state === 'failed')).toBe(true);
    expect(await joined.connection.provider.getTransactionCount(buyer.address)).toBe(mined.length);
    await freshConsumer();
  });
});

import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bid } from '@yellowstone/client';
import { MOR } from '@yellowstone/protocol';
import type { Listening } from '@yellowstone/service';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConsumerNode } from './consumer/create-consumer-node.js';
import { createProviderNode } from './provider/create-provider-node.js';
import { eventsOfWords, type FakeBackend, startFakeBackend, WORDS } from './testing/fake-backend.js';
import { createFakeChain, type FakeChain } from './testing/fake-chain.js';
import { addressOf, providerWallet, readableLog, userWallet } from './testing/keys.js';
import { rememberedKeys } from './testing/node-key-store.js';
import { memoryRequestKeys } from './testing/request-keys.js';
import { rememberedAnswers } from './testing/served-answers.js';
import { openTestStores, type TestStores } from './testing/test-stores.js';
import { rememberedIds } from './testing/used-request-ids.js';
import { tapWire, type WireTap } from './testing/wire-tap.js';

// Two nodes with a line between them on which somebody sits.

const PROMPT = 'HUSH-PROMPT';
const timeouts = { connectMs: 300, firstByteMs: 1_000, idleMs: 1_000 };
const messages = [{ role: 'user', content: PROMPT }];

let stores: TestStores;
let chain: FakeChain;
let backend: FakeBackend;
let bid: Bid;
let provider: Listening;
let consumer: Listening;
let tap: WireTap;
let logs: (() => string)[];
let stops: (() => Promise<void>)[];
/** How far the clock of the consumer is off [ms]. */
let skewMs: number;
let store: ReturnType<typeof rememberedKeys>;

beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores?.stop());

beforeEach(async () => {
  [logs, stops, skewMs] = [[], [], 0];
  chain = createFakeChain();
  chain.give(addressOf(userWallet), 100n * MOR);
  backend = await startFakeBackend();
  stops.push(() => backend.stop());
  bid = chain.addBid({ wallet: providerWallet, endpoint: 'not.yet:1', name: 'tiny' });
  store = rememberedKeys();
  provider = await startProvider();
  tap = await tapWire(Number(new URL(provider.url).port));
  stops.push(() => tap.stop());
  chain.changeBid(bid.bidId, { endpoint: tap.endpoint });
  consumer = await startConsumer();
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
});

async function startProvider(port = 0): Promise<Listening> {
  const { log, text } = readableLog();
  logs.push(text);
  const model = { modelId: bid.modelId, name: 'tiny', slots: 1, queue: 0, maxTokens: 64 };
  const models = [{ ...model, backend: { kind: 'url', url: backend.url, model: 'tiny', apiKey: undefined } as const }];
  const own = {
    chain: chain.as(providerWallet),
    usedRequestIds: rememberedIds(),
    nodeKeyStore: store,
    served: rememberedAnswers(),
    log,
  };
  const node = await createProviderNode(own, { models, port, timeouts, graceMs: 300 });
  stops.push(() => node.stop());
  return node;
}

async function startConsumer(): Promise<Listening> {
  const { log, text } = readableLog();
  logs.push(text);
  const clock = { now: () => Date.now() + skewMs, monotonic: () => performance.now() };
  const deps = { chain: chain.as(userWallet), authenticate: async () => undefined, requestKeys: memoryRequestKeys() };
  const limits = { payment: 'pool', sessionSeconds: 600n, maxStakeMor: 50n * MOR, maxPayMor: 0n } as const;
  const node = await createConsumerNode(
    { ...deps, spending: stores.emptyBooks(), keyUsage: stores.keyUsage, log, clock },
    { ...limits, maxPricePerSecondMor: MOR, allowPrivateEndpoints: true, port: 0, timeouts, graceMs: 300 },
  );
  stops.push(() => node.stop());
  return node;
}

const ask = (change: object = {}, signal?: AbortSignal): Promise<Response> =>
  fetch(`${consumer.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'tiny', messages, ...change }),
    signal: signal ?? null,
  });
const streamed = { stream: true };
const failureIn = async (answer: Response): Promise<[number, string]> => [
  answer.status,
  ((await answer.json()) as { error: { code: string } }).error.code,
];
const shown = (): string => WORDS.join('');

describe('who sits on the line', () => {
  it('sees no byte of a prompt, an answer or a failure, and no log has one', async () => {
    expect(await (await ask()).text()).toContain(shown());
    expect(await (await ask(streamed)).text()).toContain('fließt');
    backend.answer = (_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `too long: ${PROMPT}`, code: 'too_long' } }));
    };
    expect(await (await ask()).text()).toContain(PROMPT);
    const wire = tap.bytes();
    expect(wire.length).toBeGreaterThan(5_000);
    for (const secret of [PROMPT, 'messages', 'choices', 'too_long', ...WORDS.map((word) => word.trim())]) {
      if (secret.length > 2) expect(wire.includes(secret), secret).toBe(false);
    }
    for (const text of logs) expect(text()).not.toMatch(/HUSH-PROMPT|fließt/);
  });

  it('sees the same length for answers that differ by a few letters', async () => {
    const sizes: number[] = [];
    for (const content of ['a', 'a longer word']) {
      backend.answer = (_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] }));
      };
      await (await ask()).text();
      const before = tap.bytes().length - tap.sent().length;
      await (await ask()).text();
      sizes.push(tap.bytes().length - tap.sent().length - before);
    }
    expect(sizes[0]).toBe(sizes[1]);
  });

  it('cannot send a request again', async () => {
    const before = tap.sent().length;
    await (await ask()).text();
    const sent = tap.sent().subarray(before);
    const start = sent.lastIndexOf('POST /v1/chat/completions');
    const again = connect(Number(new URL(provider.url).port), '127.0.0.1');
    again.write(sent.subarray(start));
    const [head] = (await once(again, 'data')) as [Buffer];
    again.destroy();
    expect(head.toString('latin1')).toMatch(/^HTTP\/1.1 409 /);
    expect(head.toString('latin1')).toContain('application/vnd.yellowstone.sealed');
    expect(backend.asked).toHaveLength(1);
  });

  it('cannot change a bit of a stream without its being told as truncated', async () => {
    await (await ask()).text();
    let pieces = 0;
    tap.change = (piece) => {
      pieces += 1;
      if (pieces > 4) piece[piece.length - 20] = (piece[piece.length - 20] ?? 0) ^ 1;
      return piece;
    };
    backend.answer = async (_, response) => {
      response.setHeader('content-type', 'text/event-stream');
      for (const event of eventsOfWords()) {
        response.write(event);
        await sleep(15);
      }
      response.end();
    };
    const text = await (await ask(streamed)).text();
    expect(text).toContain('"code":"stream_truncated"');
    expect(text).not.toContain('[DONE]');
  });

  it.each(['JSON', 'a stream'])('cannot cut the receipt off %s unnoticed', async (kind) => {
    await (await ask()).text();
    // The receipt and what ends the body are the last 300 bytes.
    let held = Buffer.alloc(0);
    tap.change = (piece) => {
      held = Buffer.concat([held, piece]);
      const isEnd = kind === 'JSON' || held.subarray(-5).equals(Buffer.from('0\r\n\r\n'));
      if (!isEnd) return Buffer.alloc(0);
      setTimeout(() => tap.cut(), 20);
      return held.subarray(0, held.length - 300);
    };
    const answer = await ask(kind === 'JSON' ? {} : streamed);
    const text = await answer.text();
    if (kind === 'JSON') expect([answer.status, text]).toEqual([503, expect.stringContaining('no_provider_answered')]);
    else expect(text).toContain('"code":"stream_truncated"');
  });

  it('cannot make a consumer buy another session by a word in clear', async () => {
    await (await ask()).text();
    const body = JSON.stringify({ error: { message: 'x', type: 'x', param: null, code: 'session_closed' } });
    const forged = `HTTP/1.1 410 Gone\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    tap.change = (piece) => (piece.includes('HTTP/1.1 200') ? Buffer.from(forged) : piece);
    const [status] = await failureIn(await ask());
    expect(status).toBe(503);
    expect(chain.sessions()).toHaveLength(1);
  });

  it('cannot pass off its own answer', async () => {
    await (await ask()).text();
    const body = '{"choices":[{"message":{"content":"forged"}}]}';
    const forged = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    tap.change = (piece) => (piece.includes('HTTP/1.1 200') ? Buffer.from(forged) : piece);
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('forged');
  });
});

describe('a provider', () => {
  it('that was started again reads what was set up with it before', async () => {
    await (await ask()).text();
    const infos = () => tap.sent().toString('latin1').split('GET /yellowstone/info').length;
    const before = infos();
    const port = Number(new URL(provider.url).port);
    await provider.stop();
    provider = await startProvider(port);
    expect((await ask()).status).toBe(200);
    expect(infos()).toBe(before);
  });

  it('that has lost its keys is asked for new ones, once', async () => {
    await (await ask()).text();
    const port = Number(new URL(provider.url).port);
    await provider.stop();
    store = rememberedKeys();
    provider = await startProvider(port);
    expect((await ask()).status).toBe(200);
    expect(chain.sessions()).toHaveLength(1);
    expect(backend.asked).toHaveLength(2);
  });

  it('whose clock differs by five minutes is told as that (scenario 44)', async () => {
    await (await ask()).text();
    skewMs = -300_000;
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(logs.map((text) => text()).join('')).toMatch(
      /"code":"provider_clock_differs","message":"The clock of the provider/,
    );
  });
});

describe('a client that leaves (scenario 34)', () => {
  const words = eventsOfWords();

  it.each([
    ['before the first token', 0],
    ['after the first token', 2],
    ['in the middle', 4],
    ['at the last token', words.length - 1],
  ])('%s ends the backend’s work within 250 ms and frees its slot', async (_, count) => {
    await (await ask()).text();
    let isAsked = false;
    backend.answer = (_body, response) => {
      isAsked = true;
      response.setHeader('content-type', 'text/event-stream');
      response.flushHeaders();
      for (const event of words.slice(0, count)) response.write(event);
    };
    const leaving = new AbortController();
    const asking = ask(streamed, leaving.signal).then(async (answer) => {
      const reader = answer.body?.getReader();
      await reader?.read();
    });
    await vi.waitFor(() => expect(isAsked).toBe(true));
    if (count > 0) await asking;
    else await sleep(50);
    const aborted = backend.aborted();
    const leftAt = performance.now();
    leaving.abort();
    await asking.catch(() => undefined);
    await vi.waitFor(() => expect(backend.aborted()).toBe(aborted + 1), { interval: 2 });
    expect(performance.now() - leftAt).toBeLessThan(250);
    // There is one slot and no queue.
    backend.answer = (_body, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{"choices":[{"message":{"content":"free"},"finish_reason":"stop"}]}');
    };
    expect(await (await ask()).text()).toContain('free');
  });
});

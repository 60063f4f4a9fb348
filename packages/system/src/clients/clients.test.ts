import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from '../local/accounts.js';
import { type RunningConsumer, startConsumer, startProvider } from '../local/nodes.js';
import { joinChain } from '../testing/join-chain.js';
import type { Answer, Ask, ChatClient, Endpoint } from './chat-client.js';
import { createLangChainClient } from './langchain-client.js';
import { createOpenAiClient } from './openai-client.js';
import { createVercelClient } from './vercel-client.js';

// Unmodified client libraries in front of a consumer node: a real chain, real nodes, real llama.cpp.

const MODEL = 'client-talk';
const QUESTION = 'What is MOR?';
const ANSWER = 'MOR is the token that is staked to open a session with a provider.';
const LIBRARIES: readonly (readonly [string, (endpoint: Endpoint) => ChatClient])[] = [
  ['openai', createOpenAiClient],
  ['LangChain', createLangChainClient],
  ['Vercel AI SDK', createVercelClient],
];

const stops: (() => Promise<void>)[] = [];
let consumer: RunningConsumer;

beforeAll(async () => {
  const { chain, people, stop } = await joinChain('clients', 2);
  stops.push(stop);
  const [seller, buyer] = people as [Account, Account];
  const offer = { modelName: MODEL, pricePerSecond: '0.00001', stake: '10', slots: 1 };
  const limits = { maxPricePerSecond: '0.001', maxStake: '20000' };
  const [provider, node] = await Promise.all([
    startProvider({ chain, account: seller }, offer),
    startConsumer({ chain, account: buyer }, limits),
  ]);
  consumer = node;
  stops.push(provider.stop, node.stop);
}, 180_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

async function read(
  client: ChatClient,
  ask: Ask,
): Promise<{ readonly pieces: readonly string[]; readonly end: Answer }> {
  const stream = client.stream(ask);
  const pieces: string[] = [];
  for (;;) {
    const { done, value } = await stream.next();
    if (done === true) return { pieces, end: value };
    pieces.push(value);
  }
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each(LIBRARIES)('%s', { timeout: 60_000 }, (_, create) => {
  let client: ChatClient;
  const endpointOf = (change: Partial<Endpoint> = {}): Endpoint => ({
    baseUrl: `${consumer.url}/v1`,
    apiKey: consumer.apiKey,
    model: MODEL,
    ...change,
  });

  beforeAll(() => void (client = create(endpointOf())));

  it('chats', async () => {
    expect(await client.ask({ question: QUESTION })).toMatchObject({ text: ANSWER, finishReason: 'stop' });
  });

  it('streams the same text in pieces', async () => {
    const { pieces, end } = await read(client, { question: QUESTION });
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(ANSWER);
    expect(end).toMatchObject({ text: ANSWER, finishReason: 'stop' });
  });

  it('gets the usage, the same with a stream and without', async () => {
    const whole = await client.ask({ question: QUESTION });
    const { end } = await read(client, { question: QUESTION });
    expect(whole.inputTokens).toBeGreaterThan(5);
    expect(whole.outputTokens).toBeGreaterThan(5);
    expect([end.inputTokens, end.outputTokens]).toEqual([whole.inputTokens, whole.outputTokens]);
  });

  it('stops at a stop string', async () => {
    const { text, finishReason } = await client.ask({ question: QUESTION, stop: 'staked' });
    expect([text.trim(), finishReason]).toEqual([ANSWER.split('staked')[0]!.trim(), 'stop']);
  });

  it('is told when the length cut the answer', async () => {
    const { text, finishReason, outputTokens } = await client.ask({ question: QUESTION, maxTokens: 3 });
    expect([finishReason, outputTokens]).toEqual(['length', 3]);
    expect(ANSWER.startsWith(text.trim())).toBe(true);
  });

  it('is told what is wrong: no such model, no such key, a request that does not fit', async () => {
    const noModel = client.refusalOf(await failureOf(client.ask({ question: QUESTION, model: 'no-such-model' })));
    expect(noModel).toMatchObject({ status: 404, message: expect.stringContaining('no-such-model') as string });
    const stranger = create(endpointOf({ apiKey: 'guessed' }));
    const noKey = stranger.refusalOf(await failureOf(stranger.ask({ question: QUESTION })));
    expect(noKey).toMatchObject({ status: 401, message: expect.stringContaining('API key') as string });
    const unfit = client.refusalOf(await failureOf(client.embed([''])));
    expect(unfit).toMatchObject({ status: 400, message: expect.stringContaining('empty string') as string });
    expect(
      client.refusalOf(await failureOf(read(client, { question: QUESTION, model: 'no-such-model' }))),
    ).toMatchObject({
      status: 404,
    });
  });

  it('aborts a stream, and the only slot is free again', async () => {
    const leaving = new AbortController();
    const stream = client.stream({ question: QUESTION, signal: leaving.signal });
    await stream.next();
    leaving.abort();
    const rest = async (): Promise<void> => {
      while ((await stream.next()).done !== true);
    };
    // Some throw, some just end; none goes on.
    await Promise.race([rest().catch(() => undefined), sleep(5_000).then(() => expect.fail('the stream went on'))]);
    expect((await client.ask({ question: QUESTION })).text).toBe(ANSWER);
  });

  it('embeds, the same text to the same vector', async () => {
    const [first, second, again] = await client.embed([QUESTION, 'What is a bid?', QUESTION]);
    expect(first!.length).toBeGreaterThan(8);
    expect(again).toEqual(first);
    expect(second).not.toEqual(first);
  });
});

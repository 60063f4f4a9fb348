import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { MOR, type ModelId } from '@yellowstone/protocol';
import type { Listening } from '@yellowstone/service';
import { id } from 'ethers';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConsumerWorld, openConsumerWorld } from '../testing/consumer-world.js';
import { WORDS } from '../testing/fake-backend.js';
import { runInWorld } from '../testing/fake-world.js';
import { addressOf, otherProviderWallet, providerWallet, userWallet } from '../testing/keys.js';
import { openTestStores, type TestStores } from '../testing/test-stores.js';
import { NOT_CARRIED } from './completions/not-carried-routes.js';

const messages = [{ role: 'user' as const, content: 'hi' }];
const price = 10n ** 14n;
const WRITTEN = { timeout: 5_000, interval: 50 };
/** What a session of 600 s costs at that price. */
const cost = 600n * price;
let stores: TestStores;
let world: ConsumerWorld;
let operator: { readonly id: string; readonly authorization: string };

beforeAll(async () => {
  stores = await openTestStores();
});

afterAll(() => stores?.stop());

beforeEach(async () => {
  world = await openConsumerWorld(stores);
  operator = await world.keyWith({});
});

afterEach(() => world.stop());

async function call(
  node: Listening,
  path: string,
  { authorization = operator.authorization, body, method = body === undefined ? 'GET' : 'POST' } = {} as {
    authorization?: string;
    body?: unknown;
    method?: string;
  },
) {
  const answer = await fetch(`${node.url}${path}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const told = (await answer.json()) as Record<string, unknown> & { error?: { code: string; type: string } };
  return { status: answer.status, headers: answer.headers, body: told, code: told.error?.code };
}

const ask = (node: Listening, authorization?: string, model = 'tiny') =>
  call(node, '/v1/chat/completions', {
    body: { model, messages },
    ...(authorization === undefined ? {} : { authorization }),
  });
const openings = () => world.chain.sent.filter((name) => name === 'openSession').length;
const heldIn = async (node: Listening) =>
  (await call(node, '/yellowstone/sessions')).body['sessions'] as {
    sessionId: string;
    provider: string;
    running: number;
    openedBy: string;
    keyId: string | null;
    slots: number | null;
  }[];

describe('the most that a day may cost', () => {
  it('is counted before sessions are opened, over restarts, and given back what came back', async () => {
    await world.startProvider();
    const books = world.stores.emptyBooks();
    const first = await world.startConsumer({ maxMorPerDay: cost }, books);
    expect((await ask(first)).status).toBe(200);
    const [held] = await heldIn(first);
    expect(await call(first, `/blockchain/sessions/${held?.sessionId}`)).toMatchObject({ status: 200 });
    // Somebody closes it past the node, so that nothing is known to have come back.
    world.chain.changeSession(held?.sessionId as never, { isClosed: true });
    await first.stop();
    const second = await world.startConsumer({ maxMorPerDay: cost }, books);
    const refused = await ask(second);
    expect([refused.status, refused.code]).toEqual([402, 'day_limit_exceeded']);
    expect(openings()).toBe(1);
    const richer = await world.startConsumer({ maxMorPerDay: 2n * cost }, books);
    expect((await ask(richer)).status).toBe(200);
    await richer.stop();
    // Closed by the node, with everything returned: it can be spent again.
    const again = await world.startConsumer({ maxMorPerDay: 2n * cost }, books);
    expect((await ask(again)).status).toBe(200);
    expect(openings()).toBe(3);
  });

  it('holds for sessions opened by hand, whoever asks', async () => {
    const { bid } = await world.startProvider();
    const node = await world.startConsumer({ maxMorPerDay: cost - 1n });
    const opened = await call(node, `/blockchain/bids/${bid.bidId}/session`, { body: { sessionDuration: 600 } });
    expect([opened.status, opened.code]).toEqual([402, 'day_limit_exceeded']);
    const shorter = await call(node, `/blockchain/bids/${bid.bidId}/session`, { body: { sessionDuration: 599 } });
    expect(shorter.status).toBe(200);
    expect(await heldIn(node)).toMatchObject([{ openedBy: 'hand', keyId: null }]);
  });
});

describe('GET /wallet/overview', () => {
  it('shows all money, what sessions of today cost, and what is on its way', async () => {
    await world.startProvider();
    const node = await world.startConsumer({ maxMorPerDay: 3n * cost, payment: 'direct' });
    expect((await ask(node)).status).toBe(200);
    const { status, body } = await call(node, '/wallet/overview');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      account: addressOf(userWallet),
      walletMor: `${100n * MOR - cost}`,
      escrowMor: `${cost}`,
      unstaking: { dueMor: '0', pending: [] },
      credits: { unvestedMor: '0', vestedMor: '0', claimableMor: '0' },
      day: { spentMor: `${cost}`, maxMorPerDay: `${3n * cost}` },
      pendingIntents: [{ id: '7', kind: 'openSession', state: 'sent', nonce: 3, ageSeconds: 90 }],
    });
    const env = { YELLOWSTONE_API_KEY: operator.authorization.slice(7) };
    const told = await runInWorld(['money', '--url', node.url], { env });
    expect(told.stdout).toMatch(/^spent today +0.06 MOR for sessions, of 0.18 MOR$/m);
    expect(told.stdout).toMatch(/^on its way +openSession, sent, for 1 min 3\d s$/m);
  });
});

describe('preferred and refused providers', () => {
  it('decide before prices do', async () => {
    await world.startProvider({ wallet: providerWallet, priceMor: price });
    await world.startProvider({ wallet: otherProviderWallet, priceMor: 5n * price });
    const [cheap, dear] = [addressOf(providerWallet), addressOf(otherProviderWallet)];
    const choices = [
      [{}, cheap],
      [{ preferredProviders: [dear] }, dear],
      [{ refusedProviders: [cheap] }, dear],
    ] as const;
    for (const [options, provider] of choices) {
      const node = await world.startConsumer(options);
      expect((await ask(node)).status).toBe(200);
      expect((await heldIn(node)).map((session) => session.provider)).toEqual([provider]);
      await node.stop();
    }
    const none = await world.startConsumer({ refusedProviders: [cheap, dear] });
    expect(await ask(none)).toMatchObject({ status: 503, code: 'model_unavailable' });
  });
});

describe('limits of API keys', () => {
  it('hold back one key at 50 times its quota, and nobody else (40)', async () => {
    await world.startProvider({ slots: 8 });
    const node = await world.startConsumer();
    const [slow, other] = [await world.keyWith({ requestsPerMinute: 2 }), await world.keyWith({})];
    await ask(node, other.authorization);
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(node, slow.authorization)));
    const refused = answers.filter(({ status }) => status === 429);
    expect([answers.filter(({ status }) => status === 200).length, refused.length]).toEqual([2, 98]);
    const [one] = refused;
    expect(one?.body.error).toMatchObject({ code: 'key_rate_exceeded', type: 'rate_limit_error' });
    expect((one?.body.error as unknown as { message: string }).message).toContain('requestsPerMinute');
    const waitSeconds = Number(one?.headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(0);
    expect(waitSeconds).toBeLessThanOrEqual(30);
    expect((await ask(node, other.authorization)).status).toBe(200);
  }, 30_000);

  it('count tokens, by minute in memory and by day in the database', async () => {
    await world.startProvider();
    const first = await world.startConsumer();
    // An answer has 7 tokens in and 5 out.
    const [minute, day] = [await world.keyWith({ tokensPerMinute: 12 }), await world.keyWith({ tokensPerDay: 12 })];
    for (const { authorization } of [minute, day]) expect((await ask(first, authorization)).status).toBe(200);
    expect(await ask(first, minute.authorization)).toMatchObject({ status: 429, code: 'key_rate_exceeded' });
    expect(await ask(first, day.authorization)).toMatchObject({ status: 429, code: 'key_budget_exceeded' });
    await first.stop();
    const second = await world.startConsumer();
    expect((await ask(second, minute.authorization)).status).toBe(200);
    const refused = await ask(second, day.authorization);
    expect([refused.status, refused.code]).toEqual([429, 'key_budget_exceeded']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('bound what is opened for a key; what others paid it may use', async () => {
    await world.startProvider();
    const node = await world.startConsumer();
    const poor = await world.keyWith({ maxMorPerDay: cost - 1n });
    const refused = await ask(node, poor.authorization);
    expect([refused.status, refused.code]).toEqual([429, 'key_budget_exceeded']);
    expect(openings()).toBe(0);
    expect((await ask(node)).status).toBe(200);
    expect((await ask(node, poor.authorization)).status).toBe(200);
    expect(await heldIn(node)).toMatchObject([{ openedBy: 'requests', keyId: operator.id }]);
  });

  it('can only narrow what the node allows', async () => {
    await world.startProvider({ priceMor: price });
    const node = await world.startConsumer({ maxPricePerSecondMor: price });
    const [generous, strict, staked] = [
      await world.keyWith({ maxPricePerSecondMor: MOR, maxStakeMor: 1_000n * MOR }),
      await world.keyWith({ maxPricePerSecondMor: price - 1n }),
      await world.keyWith({ maxStakeMor: 1n }),
    ];
    expect(await ask(node, strict.authorization)).toMatchObject({ status: 402, code: 'price_limit_exceeded' });
    expect(await ask(node, staked.authorization)).toMatchObject({ status: 402, code: 'stake_limit_exceeded' });
    expect((await ask(node, generous.authorization)).status).toBe(200);
    // Even a session that is there already is too dear for it.
    expect(await ask(node, strict.authorization)).toMatchObject({ status: 402, code: 'price_limit_exceeded' });
  });
});

describe('API keys over HTTP', () => {
  it('are made with limits and shown with what they used and cost', async () => {
    await world.startProvider();
    const node = await world.startConsumer();
    const limits = { requestsPerMinute: 60, maxMorPerDay: `${10n * cost}`, refusedProviders: [`0x${'12'.repeat(20)}`] };
    const made = await call(node, '/api-keys', { body: { name: 'guest', limits } });
    expect(made).toMatchObject({ status: 200, body: { limits, usedToday: { requests: 0 } } });
    expect((await ask(node, `Bearer ${String(made.body['token'])}`)).status).toBe(200);
    // What was used is written down a moment later.
    await vi.waitFor(async () => {
      const { keys } = (await call(node, '/api-keys')).body as unknown as { keys: { id: string }[] };
      expect(keys.find(({ id }) => id === made.body['id'])).toMatchObject({
        limits,
        usedToday: { requests: 1, tokens: 12, spentMor: `${cost}` },
      });
    }, WRITTEN);
  });

  it.each([
    ['a limit nobody knows', { moonPhase: 1 }],
    ['nothing per minute', { requestsPerMinute: 0 }],
    ['an amount as a number', { maxMorPerDay: 1 }],
    ['an amount that no contract stores', { maxMorPerDay: '9'.repeat(39) }],
    ['an address with a wrong checksum', { refusedProviders: ['0xD8DA6BF26964aF9D7eEd9e03E53415D37aA96045'] }],
  ])('are not made with %s', async (_, limits) => {
    const node = await world.startConsumer();
    const made = await call(node, '/api-keys', { body: { name: 'guest', limits } });
    expect([made.status, made.code]).toEqual([400, 'request_invalid']);
  });
});

describe('GET /market/models/{id}/bids', () => {
  it('shows every bid with prices, health, score and reasons, and which one would be taken', async () => {
    const { bid } = await world.startProvider();
    const dead = world.chain.addBid({
      wallet: otherProviderWallet,
      endpoint: '127.0.0.1:1',
      name: 'tiny',
      priceMor: 1n,
    });
    const node = await world.startConsumer({ maxPricePerSecondMor: 2n * price });
    expect((await ask(node)).status).toBe(200);
    const seen = await call(node, '/market/models/tiny/bids');
    expect(seen.status).toBe(200);
    expect(seen.body).toMatchObject({
      model: 'tiny',
      modelId: bid.modelId,
      pickedBidId: bid.bidId,
      bids: [
        {
          bidId: bid.bidId,
          pricePerSecondMor: `${price}`,
          pricePerHourMor: `${3_600n * price}`,
          pricePerMillionTokensMor: null,
          health: { state: 'ready', restsMs: null, failures: null },
          measured: { requests: 1, failures: 0 },
          refusal: null,
          score: { scoreMor: `${price}`, failedOnChainBps: 0, faultsHereBps: 0, slownessBps: 0 },
          isPicked: true,
        },
        {
          bidId: dead.bidId,
          health: { state: 'resting', failures: 1 },
          measured: { requests: 1, failures: 1 },
          score: { faultsHereBps: 6_000 },
          isPicked: false,
        },
      ],
    });
    const strict = await world.keyWith({ maxPricePerSecondMor: 5n });
    const narrowed = await call(node, `/market/models/${bid.modelId}/bids`, strict);
    expect(narrowed.body).toMatchObject({
      pickedBidId: dead.bidId,
      bids: [
        { bidId: dead.bidId, refusal: null },
        { bidId: bid.bidId, refusal: { reason: 'price_above_limit', priceMor: `${price}`, limitMor: '5' } },
      ],
    });
    expect(await call(node, '/market/models/huge/bids')).toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it('is what the command prints of a running node', async () => {
    const { bid } = await world.startProvider();
    const node = await world.startConsumer();
    expect((await ask(node)).status).toBe(200);
    const env = { YELLOWSTONE_API_KEY: operator.authorization.slice(7) };
    const run = (...more: string[]) => runInWorld([...more, 'bids', '--model', 'tiny', '--url', node.url], { env });
    const seen = (await call(node, '/market/models/tiny/bids')).body as { bids: object[] };
    const { stdout } = await run('--json');
    expect(JSON.parse(stdout)).toEqual({ ...seen, bids: seen.bids.map((one) => ({ ...one, isOwn: false })) });
    expect((await run()).stdout).toMatch(new RegExp(` = +taken +${bid.bidId}`));
  });

  it('tells what a million tokens cost once the speed was measured', async () => {
    await world.startProvider();
    const node = await world.startConsumer();
    const client = new OpenAI({ baseURL: `${node.url}/v1`, apiKey: operator.authorization.slice(7), maxRetries: 0 });
    const stream = async (tokens: number): Promise<void> => {
      world.backend.answer = (_, response) => streamTokens(response, tokens);
      for await (const _chunk of await client.chat.completions.create({ model: 'tiny', messages, stream: true }));
    };
    await stream(7);
    // Too few to tell.
    expect((await call(node, '/market/models/tiny/bids')).body).toMatchObject({ bids: [{ tokensPerSecond: null }] });
    await stream(12);
    const [bid] = (await call(node, '/market/models/tiny/bids')).body['bids'] as {
      tokensPerSecond: number;
      speedSource: string;
      pricePerMillionTokensMor: string;
    }[];
    expect(bid?.speedSource).toBe('own');
    const perToken = Number(bid?.pricePerMillionTokensMor) / 1e6;
    expect(perToken * (bid?.tokensPerSecond ?? 0)).toBeCloseTo(Number(price), -9);
  });
});

describe('a count that is too high', () => {
  it('is not what a key is charged (53)', async () => {
    await world.startProvider();
    const node = await world.startConsumer();
    world.backend.answer = (_, response) => {
      response.setHeader('content-type', 'application/json');
      const usage = { prompt_tokens: 7, completion_tokens: 5_000, total_tokens: 5_007 };
      const choices = [{ index: 0, message: { role: 'assistant', content: WORDS.join('') }, finish_reason: 'stop' }];
      response.end(JSON.stringify({ choices, usage }));
    };
    const key = await world.keyWith({});
    expect((await ask(node, key.authorization)).status).toBe(200);
    const today = BigInt(Math.floor(Date.now() / 86_400_000));
    await vi.waitFor(async () => {
      const { tokens } = await world.stores.keyUsage.of(key.id, today);
      expect(tokens).toBe(7n + BigInt(WORDS.join('').length));
    }, WRITTEN);
  });
});

describe('sessions', () => {
  it('know the slots of their provider, and are closed when nobody uses them', async () => {
    await world.startProvider({ slots: 3 });
    const node = await world.startConsumer({ sessionIdleSeconds: 0.2 });
    await ask(node);
    expect(await heldIn(node)).toMatchObject([{ slots: 3, running: 0 }]);
    await vi.waitFor(async () => expect(await heldIn(node)).toEqual([]), { timeout: 5_000, interval: 20 });
    expect(world.chain.sessions()[0]).toMatchObject({ isClosed: true, verdict: 'pass' });
  });
});

describe('paths of OpenAI that are not carried', () => {
  it('are 501 with the reason and what to use, with a key or not at all', async () => {
    const node = await world.startConsumer();
    for (const { path } of NOT_CARRIED) {
      for (const [method, url] of [
        ['POST', path],
        ['GET', `${path}/x_1/y`],
      ] as const) {
        const answer = await call(node, url, { method, ...(method === 'POST' ? { body: { model: 'tiny' } } : {}) });
        expect([url, answer.status, answer.code]).toEqual([url, 501, 'path_not_carried']);
        expect(answer.body.error).toMatchObject({ type: 'server_error', param: null });
        expect(answer.headers.get('x-should-retry')).toBe('false');
        expect((await call(node, url, { method, authorization: 'Bearer x' })).status).toBe(401);
      }
    }
    const client = new OpenAI({ baseURL: `${node.url}/v1`, apiKey: operator.authorization.slice(7) });
    await expect(client.responses.create({ model: 'tiny', input: 'x' })).rejects.toMatchObject({
      status: 501,
      code: 'path_not_carried',
      message: expect.stringContaining('POST /v1/chat/completions') as string,
    });
    const form = new FormData();
    form.set('file', new Blob(['x']));
    const headers = { authorization: operator.authorization };
    const upload = await fetch(`${node.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
    expect(upload.status).toBe(501);
  });
});

describe('what is unknown in a request', () => {
  it('passes through: tools, logprobs, stream options, fields of tomorrow', async () => {
    await world.startProvider();
    const node = await world.startConsumer();
    const extra = {
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      tool_choice: 'auto',
      logprobs: true,
      top_logprobs: 2,
      seed: 7,
      response_format: { type: 'json_object' },
      fieldOfTomorrow: { deep: [1, null, 'x'] },
    };
    const answer = await call(node, '/v1/chat/completions', { body: { model: 'tiny', messages, ...extra } });
    expect(answer.status).toBe(200);
    expect(world.backend.asked.at(-1)).toMatchObject({ messages, ...extra });
  });
});

describe('local models', () => {
  const local = (name: string) => ({
    modelId: id(name) as ModelId,
    name,
    backend: { kind: 'url', url: world.backend.url, model: 'backend-name', apiKey: undefined } as const,
    slots: 1,
    queue: 2,
    maxTokens: 9,
  });

  it('are listed first and answer without a session, also by the name of a model of the market', async () => {
    await world.startProvider();
    const node = await world.startConsumer({ localModels: [local('mine'), local('tiny')] });
    const { data } = (await call(node, '/v1/models')).body as { data?: { id: string; isLocal: boolean }[] };
    expect(data?.map(({ id, isLocal }) => [id, isLocal])).toEqual([
      ['mine', true],
      ['tiny', true],
    ]);
    expect((await call(node, '/v1/models/mine')).body).toMatchObject({
      id: 'mine',
      pricePerSecondMor: '0',
      health: 'ready',
    });
    for (const name of ['mine', 'tiny']) expect((await ask(node, undefined, name)).status).toBe(200);
    expect(world.backend.asked.at(-1)).toMatchObject({ model: 'backend-name', max_tokens: 9 });
    const client = new OpenAI({ baseURL: `${node.url}/v1`, apiKey: operator.authorization.slice(7) });
    let text = '';
    for await (const chunk of await client.chat.completions.create({ model: 'mine', messages, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe(WORDS.join(''));
    expect(world.chain.sent).toEqual([]);
  });

  it('hold keys to their limits, and tell failures of the backend', async () => {
    const node = await world.startConsumer({ localModels: [local('mine')] });
    const key = await world.keyWith({ tokensPerDay: 12 });
    expect((await ask(node, key.authorization, 'mine')).status).toBe(200);
    expect(await ask(node, key.authorization, 'mine')).toMatchObject({ status: 429, code: 'key_budget_exceeded' });
    world.backend.answer = (_, response) => void response.writeHead(200).end('{"cut');
    expect(await ask(node, undefined, 'mine')).toMatchObject({ status: 502, code: 'backend_broken' });
  });
});

/** A stream of one piece a token, 5 ms apart. */
async function streamTokens(response: ServerResponse, tokens: number): Promise<void> {
  response.setHeader('content-type', 'text/event-stream');
  const send = (body: object) => response.write(`data: ${JSON.stringify(body)}\n\n`);
  for (let at = 0; at < tokens; at += 1) {
    send({ choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }] });
    await sleep(5);
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  send({ choices: [], usage: { prompt_tokens: 7, completion_tokens: tokens } });
  response.end('data: [DONE]\n\n');
}

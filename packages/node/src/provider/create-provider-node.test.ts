import { setTimeout as sleep } from 'node:timers/promises';
import type { Bid, Session } from '@yellowstone/client';
import { nodeKeys, recover, type SessionId, sessionReceipt, sessionApproval } from '@yellowstone/protocol';
import type { Listening, NodeKeyStore, ServedAnswers } from '@yellowstone/service';
import { id } from 'ethers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ApprovalBody,
  formatNodeKeys,
  type InfoBody,
  parseApproval,
  parseNodeKeys,
  parseReceipt,
  type ReceiptBody,
} from '../carriage/provider-api.js';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { eventsOfWords, type FakeBackend, startFakeBackend, streamWords, WORDS } from '../testing/fake-backend.js';
import {
  addressOf,
  otherProviderWallet,
  providerWallet,
  readableLog,
  strangerWallet,
  userWallet,
} from '../testing/keys.js';
import { sealedFetch, type SealedFetch, setUp, type SetupAsk } from '../testing/sealed-fetch.js';
import { rememberedKeys } from '../testing/node-key-store.js';
import { rememberedAnswers } from '../testing/served-answers.js';
import { rememberedIds } from '../testing/used-request-ids.js';
import type { ModelEntry } from '../backends/model-entry.js';
import type { ModelsFile } from '../backends/open-models-file.js';
import { createProviderNode, type ProviderNodeDeps } from './create-provider-node.js';

const CHAT = '/v1/chat/completions';
const ask = { model: 'whatever', messages: [{ role: 'user', content: 'HUSH-PROMPT' }] };
const streamed = { ...ask, stream: true };
const timeouts = { connectMs: 300, firstByteMs: 400, idleMs: 300 };

let chain: FakeChain;
let backend: FakeBackend;
let bid: Bid;
let node: Listening;
let logged: () => string;
let start: () => Promise<Listening>;
let deps: ProviderNodeDeps;
let models: readonly ModelEntry[];
let served: ServedAnswers;
let nodeKeyStore: NodeKeyStore;

beforeEach(async () => {
  chain = createFakeChain();
  backend = await startFakeBackend();
  bid = chain.addBid({ wallet: providerWallet, endpoint: '127.0.0.1:3333', name: 'tiny' });
  const { log, text } = readableLog();
  logged = text;
  models = [
    {
      modelId: bid.modelId,
      name: 'tiny',
      backend: { kind: 'url', url: backend.url, model: 'tiny-backend', apiKey: undefined },
      slots: 1,
      queue: 1,
      maxTokens: 77,
    },
  ];
  served = rememberedAnswers();
  nodeKeyStore = rememberedKeys();
  deps = {
    chain: chain.as(providerWallet),
    usedRequestIds: rememberedIds(),
    nodeKeyStore,
    served,
    log,
  };
  start = () => createProviderNode({ ...deps, nodeKeyStore }, { models, port: 0, timeouts, graceMs: 500 });
  node = await start();
});

afterEach(async () => {
  await node.stop();
  await backend.stop();
});

async function approve(change: Record<string, unknown> = {}): Promise<Response> {
  const body = { bidId: bid.bidId, user: addressOf(userWallet), durationSeconds: 600, payment: 'direct', ...change };
  return fetch(`${node.url}/yellowstone/approvals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function openSession(): Promise<SessionId> {
  const { writes } = chain.as(userWallet);
  const body = (await (await approve()).json()) as ApprovalBody;
  chain.give(addressOf(userWallet), 10n ** 18n);
  await (await writes.approveMor(10n ** 18n)).wait();
  const request = {
    bidId: bid.bidId,
    durationSeconds: 600n,
    payment: 'direct',
    maxStakeMor: 0n,
    maxPayMor: 10n ** 18n,
  } as const;
  const sent = await writes.openSession({ request, approval: parseApproval(body), signature: body.signature });
  return (await sent.wait()).sessionId;
}

type Sent = Parameters<NonNullable<SealedFetch['tamper']>>[0];
type Sending = Partial<SealedFetch> & Partial<Pick<SetupAsk, 'wallet' | 'change'>>;

async function send(sessionId: SessionId, body: unknown, { wallet = userWallet, change, ...how }: Sending = {}) {
  const { url } = node;
  const ask = { url, sessionId, wallet, domain: chain.domain, ...(change === undefined ? {} : { change }) };
  const setup = how.setup ?? (await setUp(ask));
  return sealedFetch({ url, path: CHAT, body, setup, ...how });
}

async function receiptOf(sessionId: SessionId): Promise<ReceiptBody> {
  const answer = await send(sessionId, {}, { path: `/yellowstone/sessions/${sessionId}/receipt` });
  expect(answer.status).toBe(200);
  return (await answer.json()) as ReceiptBody;
}

const codeIn = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { error: { code: string } }).error.code;

describe('GET /yellowstone/info', () => {
  it('tells version, keys, models, bids and health', async () => {
    const info = (await (await fetch(`${node.url}/yellowstone/info`)).json()) as InfoBody;
    const keys = parseNodeKeys(info.keys);
    expect(recover(info.keys.signature, nodeKeys(chain.domain, keys))).toBe(addressOf(providerWallet));
    expect(keys.endpointHash).toBe(id('127.0.0.1:3333'));
    const hours = (Number(keys.validUntil) - Date.now() / 1_000) / 3_600;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(48.1);
    expect(info).toEqual({
      protocolVersion: '2.0',
      provider: addressOf(providerWallet),
      signer: addressOf(providerWallet),
      keys: formatNodeKeys(keys, info.keys.signature),
      models: [
        {
          modelId: bid.modelId,
          name: 'tiny',
          bidId: bid.bidId,
          pricePerSecondMor: '100000000000000',
          slots: 1,
          busy: 0,
          waiting: 0,
          queue: 1,
          isHealthy: true,
          ttftMs: null,
          tokensPerSecond: null,
        },
      ],
    });
  });
});

describe('POST /yellowstone/approvals', () => {
  it('signs what was asked for, with a fresh nonce and five minutes', async () => {
    const answer = await approve();
    expect(answer.status).toBe(201);
    const body = (await answer.json()) as ApprovalBody;
    const approval = parseApproval(body);
    expect(recover(body.signature, sessionApproval(chain.domain, approval))).toBe(addressOf(providerWallet));
    expect(approval).toMatchObject({ bidId: bid.bidId, user: addressOf(userWallet), payment: 'direct' });
    expect(approval.pricePerSecondMor).toBe(bid.priceMor);
    const seconds = Number(approval.deadline) - Date.now() / 1_000;
    expect(seconds).toBeGreaterThan(295);
    expect(seconds).toBeLessThan(302);
    const again = (await (await approve()).json()) as ApprovalBody;
    expect(again.approval.nonce).not.toBe(body.approval.nonce);
  });

  it.each([
    ['a bid nobody posted', { bidId: `0x${'99'.repeat(32)}` }, 404, 'bid_not_found'],
    ['a session that is too short', { durationSeconds: 299 }, 400, 'duration_out_of_range'],
    ['a session that is too long', { durationSeconds: 86_401 }, 400, 'duration_out_of_range'],
    ['an amount as text', { durationSeconds: '600' }, 400, 'request_invalid'],
    ['an unknown field', { gift: true }, 400, 'request_invalid'],
    [
      'a wrong checksum',
      { user: '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B'.replace('Ab', 'aB') },
      400,
      'request_invalid',
    ],
  ])('refuses %s', async (_, change, status, code) => {
    const answer = await approve(change);
    expect(answer.status).toBe(status);
    expect(await codeIn(answer)).toBe(code);
  });

  it("refuses another provider's bid, an inactive one, one per token, and a model it does not serve", async () => {
    const foreign = chain.addBid({ wallet: otherProviderWallet, endpoint: 'x.example:1', name: 'tiny' });
    expect(await codeIn(await approve({ bidId: foreign.bidId }))).toBe('bid_of_another_provider');
    const unserved = chain.addBid({ wallet: providerWallet, endpoint: 'x.example:1', name: 'other' });
    expect(await codeIn(await approve({ bidId: unserved.bidId }))).toBe('model_not_served');
    chain.changeBid(bid.bidId, { unit: 'token' });
    expect(await codeIn(await approve())).toBe('bid_not_per_second');
    chain.changeBid(bid.bidId, { unit: 'second', isActive: false });
    expect(await codeIn(await approve())).toBe('bid_not_active');
  });

  it('refuses while the backend is down', async () => {
    const sessionId = await openSession();
    await backend.stop();
    expect(await codeIn(await send(sessionId, ask))).toBe('backend_unreachable');
    const answer = await approve();
    expect(answer.status).toBe(503);
    expect(await codeIn(answer)).toBe('backend_unhealthy');
    backend = await startFakeBackend();
  });
});

describe('who may use a session', () => {
  it('the user, and a delegate with session rights', async () => {
    const sessionId = await openSession();
    expect((await send(sessionId, ask)).status).toBe(200);
    const stranger = await send(sessionId, ask, { wallet: strangerWallet });
    expect([stranger.status, await codeIn(stranger)]).toEqual([403, 'requester_not_allowed']);
    chain.delegate({ delegate: addressOf(strangerWallet), account: addressOf(userWallet), rights: 'session' });
    expect((await send(sessionId, ask, { wallet: strangerWallet })).status).toBe(200);
  });

  it.each([
    ['is closed', { isClosed: true }, 410, 'session_closed'],
    ['has ended', { endsAt: 1n }, 410, 'session_ended'],
    ['is of another provider', { provider: addressOf(otherProviderWallet) }, 403, 'session_of_another_provider'],
    ['is of a model not served', { modelId: `0x${'77'.repeat(32)}` as Session['modelId'] }, 404, 'model_not_served'],
  ] as const)('nobody, when the session %s', async (_, change, status, code) => {
    const sessionId = await openSession();
    chain.changeSession(sessionId, change);
    const answer = await send(sessionId, ask);
    expect([answer.status, await codeIn(answer)]).toEqual([status, code]);
    expect(backend.asked).toHaveLength(0);
  });

  it('nobody without a session or a signature', async () => {
    const unknown = await send(`0x${'55'.repeat(32)}` as SessionId, ask);
    expect([unknown.status, await codeIn(unknown)]).toEqual([404, 'session_not_found']);
    const headers = { 'content-type': 'application/vnd.yellowstone.sealed' };
    const bare = await fetch(`${node.url}${CHAT}`, { method: 'POST', headers, body: '{}' });
    expect(bare.status).toBe(401);
    expect(await bare.json()).toMatchObject({ error: { type: 'authentication_error', code: 'authorization_missing' } });
  });

  it('nobody in clear: it is refused before the body is read', async () => {
    const headers = { 'content-type': 'application/json' };
    const clear = await fetch(`${node.url}${CHAT}`, { method: 'POST', headers, body: JSON.stringify(ask) });
    expect([clear.status, await codeIn(clear)]).toEqual([415, 'body_not_sealed']);
  });

  it.each([
    ['keys of a session that have ended', { deadline: 5n }, 401, 'session_key_expired'],
    ['keys of another user', { user: addressOf(strangerWallet) }, 403, 'requester_not_allowed'],
  ])('nobody with %s', async (_, change, status, code) => {
    const sessionId = await openSession();
    const answer = await send(sessionId, ask, { change });
    expect([answer.status, await codeIn(answer)]).toEqual([status, code]);
    expect(backend.asked).toHaveLength(0);
  });

  it('nobody with keys of one session for another', async () => {
    const [one, two] = [await openSession(), await openSession()];
    const setup = await setUp({ url: node.url, sessionId: one, wallet: userWallet, domain: chain.domain });
    // The set-up names the first session: nothing made for the second opens, the refusal neither.
    await expect(send(two, ask, { setup: { ...setup, sessionId: two } })).rejects.toThrow('not sealed with this key');
    expect(backend.asked).toHaveLength(0);
  });

  it.each([
    ['body', ({ body }: Sent) => void (body[3] = (body[3] ?? 0) ^ 1), 'signature_invalid'],
    [
      'signature',
      ({ headers }: Sent) => void (headers['x-yellowstone-signature'] = 'A'.repeat(86)),
      'signature_invalid',
    ],
  ])('nobody with a changed %s', async (_, tamper, code) => {
    const sessionId = await openSession();
    const answer = await send(sessionId, ask, { tamper });
    expect([answer.status, await codeIn(answer)]).toEqual([401, code]);
  });

  it.each([
    ['a moment ago', -10n, 'authorization_expired', 'too late'],
    ['in an hour', 3_600n, 'authorization_too_far', 'too far ahead'],
  ])('nobody with a deadline %s; the answer says by how much', async (_, seconds, code, words) => {
    const sessionId = await openSession();
    const answer = await send(sessionId, ask, { deadline: BigInt(Math.floor(Date.now() / 1_000)) + seconds });
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code]).toEqual([401, code]);
    expect(error.message).toMatch(new RegExp(`: \\d+ s ${words}`));
  });

  it('nobody with keys of a node that is not this one', async () => {
    const sessionId = await openSession();
    const setup = await setUp({ url: node.url, sessionId, wallet: userWallet, domain: chain.domain });
    await node.stop();
    nodeKeyStore = rememberedKeys();
    node = await start();
    const answer = await send(sessionId, ask, { setup });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([409, 'application/json; charset=utf-8']);
    expect(await codeIn(answer)).toBe('node_key_unknown');
  });

  it('each request once, over a restart too (scenario 43)', async () => {
    const sessionId = await openSession();
    const requestId = '01234567-89ab-4def-8123-456789abcdef';
    expect((await send(sessionId, ask, { requestId })).status).toBe(200);
    const replayed = await send(sessionId, ask, { requestId });
    expect([replayed.status, await codeIn(replayed)]).toEqual([409, 'request_replayed']);
    await node.stop();
    node = await start();
    const afterRestart = await send(sessionId, ask, { requestId });
    expect([afterRestart.status, await codeIn(afterRestart)]).toEqual([409, 'request_replayed']);
    expect(backend.asked).toHaveLength(1);
  });

  it('lets the backend work while a request is written down, and tells nothing before that', async () => {
    let write = (_isFirst: boolean): void => undefined;
    let claims = 0;
    const claim = (): Promise<boolean> => {
      claims += 1;
      return new Promise((resolve) => (write = resolve));
    };
    await node.stop();
    deps = { ...deps, usedRequestIds: { claim, prune: async () => 0 } };
    node = await start();
    const sessionId = await openSession();
    for (const body of [ask, streamed]) {
      let isAnswered = false;
      backend.asked.length = 0;
      const answering = send(sessionId, body).finally(() => (isAnswered = true));
      await vi.waitFor(() => expect(backend.asked).toHaveLength(1));
      await sleep(50);
      expect(isAnswered).toBe(false);
      write(true);
      expect((await answering).status).toBe(200);
    }

    // Another process has seen it: the backend is told to stop.
    backend.answer = () => undefined;
    const aborted = backend.aborted();
    const before = claims;
    const replayed = send(sessionId, ask);
    await vi.waitFor(() => expect([claims, backend.asked.length]).toEqual([before + 1, 2]));
    write(false);
    const answer = await replayed;
    expect([answer.status, await codeIn(answer)]).toEqual([409, 'request_replayed']);
    await vi.waitFor(() => expect(backend.aborted()).toBe(aborted + 1));
  });
});

describe('POST /v1/chat/completions', () => {
  it('gives the backend its own model name and a maximum, and everything else as it came', async () => {
    const sessionId = await openSession();
    const answer = await send(sessionId, { ...ask, tools: [{ x: 1 }], unknown: { deep: true } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: WORDS.join('') } }] });
    expect(backend.asked).toEqual([
      { ...ask, model: 'tiny-backend', max_tokens: 77, tools: [{ x: 1 }], unknown: { deep: true } },
    ]);
    await send(sessionId, { ...ask, max_completion_tokens: 3 });
    expect(backend.asked[1]).toEqual({ ...ask, model: 'tiny-backend', max_completion_tokens: 3 });
  });

  it('streams byte for byte, hides the usage it asked for itself, and counts it', async () => {
    const sessionId = await openSession();
    const answer = await send(sessionId, streamed);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const expected = eventsOfWords().filter((event) => !event.includes('"choices":[]'));
    expect(await answer.text()).toBe(expected.join(''));
    expect(backend.asked[0]).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect((await receiptOf(sessionId)).receipt).toMatchObject({ inputTokens: '7', outputTokens: '5' });
  });

  it('shows the usage to who asked for it', async () => {
    const sessionId = await openSession();
    const answer = await send(sessionId, { ...streamed, stream_options: { include_usage: true } });
    expect(await answer.text()).toBe(eventsOfWords().join(''));
  });

  it('passes odd streams exactly: split characters, CR LF, comments, a 1 MB line, no [DONE] (scenario 38)', async () => {
    const sessionId = await openSession();
    const long = JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(1_048_576) } }] });
    const finish = JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    const text = `: hello\r\n\r\ndata: {"choices":[{"delta":{"content":"🌊"}}]}\r\n\r\ndata: ${long}\n\ndata: ${finish}\n\n`;
    backend.answer = async (_, response) => {
      response.setHeader('content-type', 'text/event-stream; charset=utf-8');
      const bytes = Buffer.from(text);
      const split = bytes.indexOf(0xf0) + 2;
      response.write(bytes.subarray(0, split));
      await sleep(20);
      response.end(bytes.subarray(split));
    };
    expect(await (await send(sessionId, streamed)).text()).toBe(text);
  });

  it('tells a request at fault in the words of the backend', async () => {
    const sessionId = await openSession();
    backend.answer = (_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"too long","type":"x","param":"messages","code":"context_length_exceeded"}}');
    };
    const answer = await send(sessionId, ask);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error: { message: 'too long', type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' },
    });
  });

  it.each([
    ['a failure', 500, '{}', 502, 'backend_failed'],
    ['a refused key', 401, '{"error":{"message":"key sk-HUSH"}}', 502, 'backend_failed'],
    ['a redirect', 302, '', 502, 'backend_failed'],
    ['too many requests', 429, '{}', 429, 'backend_busy'],
    ['a whole answer of nothing', 200, '', 502, 'backend_broken'],
    ['a whole answer without a word', 200, '{"choices":[{"message":{"content":""}}]}', 502, 'backend_broken'],
    ['a whole answer without a choice', 200, '{"choices":[]}', 502, 'backend_broken'],
  ])('answers %s typed', async (_, status, body, expected, code) => {
    const sessionId = await openSession();
    backend.answer = (_body, response) => {
      response.writeHead(status, { 'content-type': 'application/json', location: 'http://127.0.0.1:1/' });
      response.end(body);
    };
    const answer = await send(sessionId, ask);
    const text = await answer.text();
    expect([answer.status, (JSON.parse(text) as { error: { code: string } }).error.code]).toEqual([expected, code]);
    expect(text).not.toContain('HUSH');
  });

  it.each([
    ['a stream of nothing', ''],
    [
      'a stream without a word',
      'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\ndata: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    ],
    [
      'a stream that fails after its role',
      'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\ndata: {"error":{}}\n\n',
    ],
    ['a stream that begins with an error', 'data: {"error":{"message":"x"}}\n\n'],
  ])('answers %s with 502 before the first byte', async (_, text) => {
    const sessionId = await openSession();
    backend.answer = (_body, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(text);
    };
    const answer = await send(sessionId, streamed);
    expect([answer.status, await codeIn(answer)]).toEqual([502, 'backend_broken']);
  });

  it.each([
    ['too many, as what was delivered allows', { completion_tokens: 5_000 }, '5'],
    ['nothing, as pieces', undefined, '5'],
    ['too few, as it says', { completion_tokens: 3 }, '3'],
  ])('counts tokens of a backend that tells %s', async (_, usage, outputTokens) => {
    const sessionId = await openSession();
    backend.answer = (_body, response) => {
      response.setHeader('content-type', 'text/event-stream');
      for (const event of eventsOfWords().slice(0, -2)) response.write(event);
      if (usage !== undefined) response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
      response.end('data: [DONE]\n\n');
    };
    expect(await (await send(sessionId, streamed)).text()).toContain('[DONE]');
    expect((await receiptOf(sessionId)).receipt.outputTokens).toBe(outputTokens);
  });

  it('counts at most what was asked for, and cuts an answer that goes on and on (52)', async () => {
    const sessionId = await openSession();
    const word = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x' } }] })}\n\n`;
    backend.answer = async (_body, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write(word);
      await sleep(20);
      for (let at = 0; at < 500 && !response.destroyed; at += 1) response.write(word);
      await sleep(100);
      response.end('data: [DONE]\n\n');
    };
    const text = await (await send(sessionId, { ...streamed, max_tokens: 5 })).text();
    expect(text.split(word).length - 1).toBeLessThanOrEqual(5 * 4 + 16);
    expect(text).toContain('"code":"stream_truncated"');
    expect((await receiptOf(sessionId)).receipt.outputTokens).toBe('5');
    await vi.waitFor(() => expect(backend.aborted()).toBe(1));
  });

  it('takes an answer without a word for a failure of the backend, and refuses after three (52)', async () => {
    const sessionId = await openSession();
    backend.answer = (_body, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{"choices":[{"message":{"content":""}}],"usage":{"completion_tokens":0}}');
    };
    for (let at = 0; at < 3; at += 1) expect(await codeIn(await send(sessionId, ask))).toBe('backend_broken');
    const refused = await send(sessionId, ask);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await codeIn(refused)).toBe('backend_unhealthy');
    const approval = await approve();
    expect([approval.status, approval.headers.get('retry-after')]).toEqual([503, '5']);
    const info = (await (await fetch(`${node.url}/yellowstone/info`)).json()) as InfoBody;
    expect(info.models).toMatchObject([{ isHealthy: false }]);
  });

  it('gives up on a backend that does not answer', async () => {
    const sessionId = await openSession();
    backend.answer = () => undefined;
    const answer = await send(sessionId, ask);
    expect([answer.status, await codeIn(answer)]).toEqual([504, 'backend_timeout']);
    await vi.waitFor(() => expect(backend.aborted()).toBe(1));
  });

  it.each([
    ['dies', (response: { destroy: () => void }) => response.destroy()],
    ['stalls', () => undefined],
    ['ends early', (response: { end: () => void }) => response.end()],
  ])('ends a stream whose backend %s with an error event and no [DONE]', async (_, fault) => {
    const sessionId = await openSession();
    const [first = '', second = '', third = ''] = eventsOfWords();
    backend.answer = async (_body, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write(first + second + third);
      await sleep(20);
      fault(response);
    };
    const text = await (await send(sessionId, streamed)).text();
    expect(text.startsWith(first + second + third)).toBe(true);
    expect(text).toContain('"code":"stream_truncated"');
    expect(text).not.toContain('[DONE]');
    expect((await receiptOf(sessionId)).receipt.outputTokens).toBe('2');
  });

  it('stops the backend within 250 ms when the client leaves, frees the slot, and counts what was delivered (scenario 34)', async () => {
    const sessionId = await openSession();
    const [first = '', second = ''] = eventsOfWords();
    backend.answer = (_body, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write(first + second);
    };
    const leaving = new AbortController();
    const answer = await send(sessionId, streamed, { signal: leaving.signal });
    await answer.body?.getReader().read();
    const leftAt = performance.now();
    leaving.abort();
    await vi.waitFor(() => expect(backend.aborted()).toBe(1), { interval: 5 });
    expect(performance.now() - leftAt).toBeLessThan(250);
    backend.answer = (_body, response) => streamWords(response);
    expect((await send(sessionId, streamed)).status).toBe(200);
    expect((await receiptOf(sessionId)).receipt.outputTokens).toBe('6');
  });

  it('waits for a reader who is slow instead of filling memory', async () => {
    const sessionId = await openSession();
    const chunk = `data: ${JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(65_536) } }] })}\n\n`;
    let written = 0;
    backend.answer = async (_body, response) => {
      response.setHeader('content-type', 'text/event-stream');
      while (!response.destroyed && written < 2_000) {
        written += 1;
        if (!response.write(chunk))
          await Promise.race([sleep(200), new Promise((done) => response.once('drain', done))]);
        if (response.writableNeedDrain) break;
      }
    };
    const leaving = new AbortController();
    await send(sessionId, streamed, { signal: leaving.signal });
    await sleep(250);
    expect(written).toBeLessThan(500);
    leaving.abort();
  });

  it('lets one run and one wait; the third gets 429 with Retry-After', async () => {
    const sessionId = await openSession();
    const gates: (() => void)[] = [];
    backend.answer = async (_body, response) => {
      await new Promise<void>((open) => gates.push(open));
      streamWords(response);
    };
    const first = send(sessionId, streamed);
    await vi.waitFor(() => expect(gates).toHaveLength(1));
    const second = send(sessionId, streamed);
    await sleep(50);
    const third = await send(sessionId, streamed);
    expect([third.status, third.headers.get('retry-after'), await codeIn(third)]).toEqual([429, '1', 'queue_full']);
    const info = (await (await fetch(`${node.url}/yellowstone/info`)).json()) as InfoBody;
    expect(info.models).toMatchObject([{ slots: 1, busy: 1, queue: 1, waiting: 1 }]);
    gates[0]?.();
    expect((await first).status).toBe(200);
    await vi.waitFor(() => expect(gates).toHaveLength(2));
    gates[1]?.();
    expect((await second).status).toBe(200);
  });
});

describe('POST /yellowstone/sessions/:id/receipt', () => {
  it('signs the totals of the session, also after its end', async () => {
    const sessionId = await openSession();
    await send(sessionId, ask);
    await send(sessionId, ask);
    chain.changeSession(sessionId, { endsAt: 1n });
    const body = await receiptOf(sessionId);
    const receipt = parseReceipt(body);
    expect(recover(body.signature, sessionReceipt(chain.domain, receipt))).toBe(addressOf(providerWallet));
    expect(receipt).toMatchObject({ sessionId, inputTokens: 14n, outputTokens: 10n });
    expect(receipt.tokensPerSecondMilli).toBeGreaterThan(0n);
  });

  it('goes on after a restart, and what was served is kept by model with its failures', async () => {
    const sessionId = await openSession();
    await send(sessionId, ask);
    await node.stop();
    node = await start();
    backend.answer = (_body, response) => void response.destroy();
    expect((await send(sessionId, ask)).status).toBe(502);
    backend.answer = (_body, response) => streamWords(response);
    await (await send(sessionId, streamed)).text();
    expect((await receiptOf(sessionId)).receipt).toMatchObject({ inputTokens: '14', outputTokens: '10' });
    const days = await served.byDay({ from: 0, to: 99_999 });
    expect(days).toMatchObject([{ modelId: bid.modelId, answers: 2n, failures: 1n, outputTokens: 10n }]);
  });

  it('refuses strangers and other sessions', async () => {
    const [one, two] = [await openSession(), await openSession()];
    const path = `/yellowstone/sessions/${one}/receipt`;
    expect((await send(one, {}, { path, wallet: strangerWallet })).status).toBe(403);
    expect(await codeIn(await send(two, {}, { path }))).toBe('session_not_found');
  });
});

describe('the log', () => {
  it('never has prompts, answers or signatures', async () => {
    const sessionId = await openSession();
    await send(sessionId, streamed);
    await send(sessionId, ask);
    backend.answer = (_body, response) => void response.destroy();
    await send(sessionId, ask);
    expect(logged()).toContain('request failed');
    expect(logged()).not.toMatch(/HUSH-PROMPT|fließt|0x[0-9a-f]{130}/);
  });
});

describe('a list of models that changes', () => {
  it('takes a model away under a running answer, which goes on to its end, and brings it back', async () => {
    const sessionId = await openSession();
    await node.stop();
    let apply: Parameters<ModelsFile['follow']>[0] | undefined;
    const modelsFile: ProviderNodeDeps['modelsFile'] = {
      follow: (next) => void (apply = next),
      status: () => ({ file: 'models.json', loadedAt: 0, problems: [], notStarted: [] }),
      reload: async () => undefined,
      stop: async () => undefined,
    };
    node = await createProviderNode({ ...deps, modelsFile }, { models, port: 0, timeouts, graceMs: 500 });
    let goOn = (): void => undefined;
    backend.answer = async (_body, response) => {
      response.setHeader('content-type', 'text/event-stream');
      const [first = '', second = '', ...rest] = eventsOfWords();
      response.write(first + second);
      await new Promise<void>((resolve) => (goOn = resolve));
      response.end(rest.join(''));
    };
    const running = await send(sessionId, streamed);
    expect(await apply?.([])).toEqual([]);
    const refused = await send(sessionId, streamed);
    expect([refused.status, await codeIn(refused)]).toEqual([404, 'model_not_served']);
    expect(await codeIn(await approve())).toBe('model_not_served');
    goOn();
    expect(await running.text()).toContain('[DONE]');
    backend.answer = (_body, response) => streamWords(response);
    await apply?.(models);
    expect(await (await send(sessionId, streamed)).text()).toContain('[DONE]');
  });
});

describe('createProviderNode', () => {
  it('refuses to sign for a provider that did not allow it', async () => {
    const { log } = readableLog();
    const starting = createProviderNode(
      {
        chain: chain.as(strangerWallet),
        usedRequestIds: rememberedIds(),
        nodeKeyStore: rememberedKeys(),
        served: rememberedAnswers(),
        log,
      },
      { models: [], port: 0, provider: addressOf(providerWallet) },
    );
    await expect(starting).rejects.toMatchObject({ code: 'not_a_delegate' });
  });

  it('finishes running answers when stopping, within its grace', async () => {
    const sessionId = await openSession();
    backend.answer = async (_body, response) => {
      await sleep(100);
      streamWords(response);
    };
    const running = send(sessionId, streamed);
    await vi.waitFor(() => expect(backend.asked).toHaveLength(1));
    await node.stop();
    expect(await (await running).text()).toContain('[DONE]');
  });
});

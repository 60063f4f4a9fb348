import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bid } from '@yellowstone/client';
import { type Bytes32, MOR, nodeKeys, sign } from '@yellowstone/protocol';
import type { Listening, SessionSpending } from '@yellowstone/service';
import { id, type Wallet } from 'ethers';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatNodeKeys, type InfoBody } from '../carriage/provider-api.js';
import { newKeyPair } from '../carriage/raw-keys.js';
import type { Clock } from '../clock.js';
import { createProviderNode } from '../provider/create-provider-node.js';
import { answerWords, type FakeBackend, startFakeBackend, streamWords, WORDS } from '../testing/fake-backend.js';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, readableLog, userWallet } from '../testing/keys.js';
import { memoryRequestKeys } from '../testing/request-keys.js';
import { rememberedKeys } from '../testing/node-key-store.js';
import { rememberedAnswers } from '../testing/served-answers.js';
import { openTestStores, type TestStores } from '../testing/test-stores.js';
import { rememberedIds } from '../testing/used-request-ids.js';
import { type ConsumerNodeOptions, createConsumerNode } from './create-consumer-node.js';

const timeouts = { connectMs: 300, firstByteMs: 500, idleMs: 400 };
const messages = [{ role: 'user' as const, content: 'HUSH-PROMPT' }];
const user = addressOf(userWallet);

let stores: TestStores;
let spending: SessionSpending;
let chain: FakeChain;
let backend: FakeBackend;
let stops: (() => Promise<void>)[];
let logged: () => string;
/** What the provider node that was started last logged. */
let providerLogged: () => string;
/** How far the clock of provider nodes was moved [ms]. */
let laterMs: number;
/** How often provider nodes see no session yet that is there. */
let unseen: number;
/** Provider nodes that call every session closed. */
let liars: Set<Wallet>;

beforeAll(async () => {
  stores = await openTestStores();
});

afterAll(() => stores?.stop());

beforeEach(async () => {
  spending = stores.emptyBooks();
  [laterMs, unseen, liars] = [0, 0, new Set()];
  stops = [];
  chain = createFakeChain();
  chain.give(user, 100n * MOR);
  backend = await startFakeBackend();
  stops.push(() => backend.stop());
});

afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** A provider node with a bid of its own on the model `tiny`. */
async function startProvider(
  wallet: Wallet = providerWallet,
  priceMor = 10n ** 14n,
  name = 'tiny',
): Promise<{ bid: Bid; node: Listening }> {
  const bid = chain.addBid({ wallet, endpoint: 'not.yet:1', name, priceMor });
  const { log, text } = readableLog();
  providerLogged = text;
  const models = [
    {
      modelId: bid.modelId,
      name,
      backend: { kind: 'url', url: backend.url, model: 'tiny', apiKey: undefined },
      slots: 2,
      queue: 2,
      maxTokens: 64,
    },
  ] as const;
  const clock = { now: () => Date.now(), monotonic: () => performance.now() + laterMs };
  const own = chain.as(wallet);
  const session: typeof own.reads.session = async (id) => {
    const found = unseen-- > 0 ? undefined : await own.reads.session(id);
    return found !== undefined && liars.has(wallet) ? { ...found, isClosed: true } : found;
  };
  const deps = {
    chain: { ...own, reads: { ...own.reads, session } },
    usedRequestIds: rememberedIds(),
    nodeKeyStore: rememberedKeys(),
    served: rememberedAnswers(),
    log,
    clock,
  };
  const node = await createProviderNode(deps, { models, port: 0, timeouts, graceMs: 300 });
  chain.changeBid(bid.bidId, { endpoint: new URL(node.url).host });
  stops.push(() => node.stop());
  return { bid, node };
}

async function startConsumer(options: Partial<ConsumerNodeOptions> = {}, clock?: Clock): Promise<Listening> {
  const { log, text } = readableLog();
  logged = text;
  const node = await createConsumerNode(
    {
      chain: chain.as(userWallet),
      authenticate: async () => undefined,
      requestKeys: memoryRequestKeys(),
      spending,
      keyUsage: stores.keyUsage,
      log,
      ...(clock === undefined ? {} : { clock }),
    },
    {
      payment: 'pool',
      sessionSeconds: 600n,
      maxStakeMor: 50n * MOR,
      maxPayMor: 0n,
      maxPricePerSecondMor: MOR / 100n,
      allowPrivateEndpoints: true,
      port: 0,
      timeouts,
      graceMs: 300,
      ...options,
    },
  );
  stops.push(() => node.stop());
  return node;
}

/** What the node of a provider without models tells. */
async function infoOf(wallet: Wallet, endpoint: string): Promise<InfoBody> {
  const provider = addressOf(wallet);
  const keys = {
    provider,
    hpkeKey: newKeyPair('X25519').publicKey,
    signingKey: newKeyPair('Ed25519').publicKey,
    endpointHash: id(endpoint) as Bytes32,
    validUntil: BigInt(Math.floor(Date.now() / 1_000) + 3_600),
  };
  const signature = await sign(wallet, nodeKeys(chain.domain, keys));
  return { protocolVersion: '2.0', provider, signer: provider, keys: formatNodeKeys(keys, signature), models: [] };
}

/** A server that claims to be a provider and does what a test wants. */
async function startImpostor(
  wallet: Wallet,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  priceMor = 10n ** 13n,
): Promise<Bid> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/yellowstone/info') {
      void infoOf(wallet, request.headers.host ?? '').then((info) => response.end(JSON.stringify(info)));
    } else answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return chain.addBid({ wallet, endpoint: `127.0.0.1:${port}`, name: 'tiny', priceMor });
}

const clientOf = ({ url }: Listening): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
const chat = (node: Listening, model = 'tiny') => clientOf(node).chat.completions.create({ model, messages });
const post = (node: Listening, path: string, body?: unknown) =>
  fetch(`${node.url}${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

describe('the official openai client, by model name', () => {
  it('lists models with prices', async () => {
    const { bid } = await startProvider();
    const node = await startConsumer();
    const { data } = await clientOf(node).models.list();
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      id: 'tiny',
      object: 'model',
      modelId: bid.modelId,
      pricePerSecondMor: '100000000000000',
      pricePerHourMor: '360000000000000000',
      isLocal: false,
      health: 'ready',
      pricePerMillionTokensMor: null,
      bids: [
        {
          bidId: bid.bidId,
          provider: addressOf(providerWallet),
          pricePerSecondMor: '100000000000000',
          health: 'ready',
          refusal: null,
        },
      ],
    });
    expect(await clientOf(node).models.retrieve('tiny')).toMatchObject({ id: 'tiny' });
  });

  it('gets whole and streamed answers, completions and embeddings, over one session', async () => {
    await startProvider();
    const node = await startConsumer();
    const client = clientOf(node);
    expect((await chat(node)).choices[0]?.message.content).toBe(WORDS.join(''));
    const stream = await client.chat.completions.create({ model: 'tiny', messages, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe(WORDS.join(''));
    await client.completions.create({ model: 'tiny', prompt: 'x' });
    await client.embeddings.create({ model: 'tiny', input: 'x' });
    expect(backend.asked).toHaveLength(4);
    expect(chain.sent).toEqual(['approveMor', 'openSession']);
  });

  it('hears an unknown model as 404 model_not_found', async () => {
    await startProvider();
    const node = await startConsumer();
    await expect(chat(node, 'huge')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
      type: 'invalid_request_error',
    });
  });

  it('hears a request at fault in the words of the backend', async () => {
    await startProvider();
    const node = await startConsumer();
    backend.answer = (_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"too long","param":"messages","code":"context_length_exceeded"}}');
    };
    await expect(chat(node)).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' });
  });

  it('hears that an answer broke off', async () => {
    await startProvider();
    const node = await startConsumer();
    backend.answer = async (_, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
      await sleep(20);
      response.destroy();
    };
    const stream = await clientOf(node).chat.completions.create({ model: 'tiny', messages, stream: true });
    const read = async (): Promise<string> => {
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      return text;
    };
    await expect(read()).rejects.toMatchObject({ code: 'stream_truncated' });
  });
});

describe('models of the same name', () => {
  it('are told apart by the start of their ids', async () => {
    const [one, two] = [providerWallet, otherProviderWallet].map((wallet) =>
      chain.addBid({ wallet, endpoint: '127.0.0.1:1', name: 'twin', modelOwner: addressOf(wallet) }),
    );
    const node = await startConsumer();
    const { data } = await clientOf(node).models.list();
    expect(data.map(({ id }) => id).sort()).toEqual(
      [one, two].map((bid) => `twin-${bid?.modelId.slice(2, 10)}`).sort(),
    );
  });
});

describe('buying', () => {
  it('approves exactly what is missing, and nothing when stake is there', async () => {
    await startProvider();
    const node = await startConsumer();
    await chat(node);
    const stakeMor = chain.stakeOf(user);
    expect(stakeMor).toBe(10n ** 14n * 600n * 10n);
    expect(chain.balanceOf(user)).toBe(100n * MOR - stakeMor);
    const [held] = (
      (await (await fetch(`${node.url}/yellowstone/sessions`)).json()) as { sessions: { sessionId: string }[] }
    ).sessions;
    await post(node, `/yellowstone/sessions/${held?.sessionId}/close`);
    await chat(node);
    expect(chain.sent).toEqual(['approveMor', 'openSession', 'closeSession', 'openSession']);
    expect(chain.stakeOf(user)).toBe(stakeMor);
  });

  it('opens once for requests that come together', async () => {
    await startProvider();
    const node = await startConsumer();
    await Promise.all([chat(node), chat(node), chat(node)]);
    expect(chain.sent).toEqual(['approveMor', 'openSession']);
  });

  it('does not open a second session while one is on its way whose outcome nobody heard of', async () => {
    await startProvider();
    const node = await startConsumer();
    chain.delay('openSession');
    await expect(chat(node)).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
    await chat(node);
    expect(chain.sessions()).toHaveLength(1);
    expect(chain.sent).toEqual(['approveMor', 'openSession']);
  });

  it('does not go on to the next bid when it loses sight of an opening', async () => {
    await startProvider();
    await startProvider(otherProviderWallet);
    const node = await startConsumer();
    chain.interrupt('openSession', new Error('Connection terminated unexpectedly'));
    await expect(chat(node)).rejects.toMatchObject({ status: 503, code: 'opening_uncertain' });
    expect(chain.sent).toEqual(['approveMor', 'openSession']);
    await chat(node);
    expect(chain.sessions()).toHaveLength(1);
  });

  it.each(['NO_GAS_MONEY', 'QUEUE_FULL'])('takes back what was reserved for an opening refused by %s', async (code) => {
    await startProvider();
    const node = await startConsumer({ maxMorPerDay: 10n ** 14n * 600n });
    chain.fail('openSession', { code, when: 'sending' });
    await expect(chat(node)).rejects.toMatchObject({ code: `CHAIN_${code}` });
    expect((await chat(node)).choices).toHaveLength(1);
  });

  it('spends nothing while its clock is an hour ahead, and says by how much (scenario 44)', async () => {
    await startProvider();
    const node = await startConsumer({}, { now: () => Date.now() + 3_600_000, monotonic: () => performance.now() });
    await expect(chat(node)).rejects.toMatchObject({
      status: 502,
      code: 'approval_expired',
      message: expect.stringMatching(/: 3[23]\d\d s later/) as string,
    });
    expect(chain.sent).toEqual([]);
  });

  it('holds the most stake there may be over openings that come together', async () => {
    const stakeMor = 10n ** 14n * 600n * 10n;
    await startProvider(providerWallet, 10n ** 14n, 'tiny');
    await startProvider(otherProviderWallet, 10n ** 14n, 'other');
    const { reads } = chain.as(userWallet);
    const { quoteSession } = reads;
    // Both know what they need before either takes it.
    vi.spyOn(reads, 'quoteSession').mockImplementation(async (asked) => {
      const quote = await quoteSession(asked);
      await sleep(100);
      return quote;
    });
    const node = await startConsumer({ maxStakeMor: stakeMor });
    const results = await Promise.allSettled([chat(node, 'tiny'), chat(node, 'other')]);
    expect(chain.stakeOf(user)).toBe(stakeMor);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(refused).toMatchObject([{ status: 402, code: 'stake_limit_exceeded' }]);
    const richer = await startConsumer({ maxStakeMor: 4n * stakeMor, sessionSeconds: 601n });
    await Promise.all([chat(richer, 'tiny'), chat(richer, 'other')]);
  });

  it('pays directly when told to, up to its limit', async () => {
    await startProvider();
    const node = await startConsumer({ payment: 'direct', maxPayMor: MOR });
    await chat(node);
    expect(chain.sessions()[0]?.payment).toBe('direct');
    expect(chain.balanceOf(user)).toBe(100n * MOR - 10n ** 14n * 600n);
  });

  it.each([
    ['stake limit', { maxStakeMor: 1n }, 'stake_limit_exceeded'],
    ['price limit', { maxPricePerSecondMor: 1n }, 'price_limit_exceeded'],
    ['payment limit', { payment: 'direct', maxPayMor: 1n }, 'pay_limit_exceeded'],
    ['wallet', { sessionSeconds: 86_400n, maxStakeMor: 1_000n * MOR }, 'wallet_too_low'],
  ] as const)('keeps within the %s: 402, and nothing is sent', async (_, options, code) => {
    await startProvider(providerWallet, MOR / 1_000n);
    const node = await startConsumer(options);
    await expect(chat(node)).rejects.toMatchObject({ status: 402, code, type: 'insufficient_quota' });
    expect(chain.sent).toEqual([]);
  });

  it.each(['sending', 'waiting'] as const)('takes no stake when opening fails while %s, and says why', async (when) => {
    await startProvider();
    const node = await startConsumer();
    chain.fail('openSession', { code: 'OperationPaused', when });
    await expect(chat(node)).rejects.toMatchObject({ status: 503, code: 'CHAIN_OperationPaused' });
    expect([chain.stakeOf(user), chain.balanceOf(user)]).toEqual([0n, 100n * MOR]);
    // The approval of the token stays and is used by the next try.
    await chat(node);
    expect(chain.sent.filter((name) => name === 'approveMor')).toHaveLength(1);
  });

  it('takes no stake when the provider does not approve', async () => {
    await startImpostor(providerWallet, (_, response) => response.writeHead(500).end('{}'));
    const node = await startConsumer();
    await expect(chat(node)).rejects.toMatchObject({ status: 502, code: 'provider_refused' });
    expect(chain.sent).toEqual([]);
    expect(chain.stakeOf(user)).toBe(0n);
  });

  it.each([
    ['another price', { pricePerSecondMor: '1' }, 'approval_mismatch'],
    ['another user', { user: addressOf(otherProviderWallet) }, 'approval_mismatch'],
    ['another payment', { payment: 'direct' }, 'approval_mismatch'],
    ['a shorter session', { maxDurationSeconds: 300 }, 'approval_mismatch'],
    ['a deadline in the past', { deadline: 1 }, 'approval_expired'],
    ['a signature of nobody', {}, 'approval_signature_invalid'],
  ])('refuses an approval with %s', async (_, change, code) => {
    const bid = await startImpostor(providerWallet, (_request, response) => {
      const approval = {
        bidId: bid.bidId,
        user,
        pricePerSecondMor: bid.priceMor.toString(),
        maxDurationSeconds: 600,
        payment: 'pool',
        nonce: '1',
        deadline: Math.floor(Date.now() / 1_000) + 60,
        ...change,
      };
      response.end(JSON.stringify({ approval, signature: `0x${'11'.repeat(64)}1b` }));
    });
    const node = await startConsumer();
    await expect(chat(node)).rejects.toMatchObject({ status: 502, code });
    expect(chain.sent).toEqual([]);
  });

  it('connects to no private endpoint unless told to', async () => {
    const { bid } = await startProvider();
    const endpoint = bid.endpoint.replace(/.*:/, 'localhost.:');
    const named = chain.addBid({ wallet: providerWallet, endpoint, name: 'named' });
    const node = await startConsumer({ allowPrivateEndpoints: false });
    await expect(chat(node)).rejects.toMatchObject({ status: 503, code: 'model_unavailable' });
    await expect(chat(node, named.modelId)).rejects.toMatchObject({ status: 503, code: 'model_unavailable' });
    expect(backend.asked).toHaveLength(0);
  });

  it('follows no redirect', async () => {
    const { node: inside } = await startProvider(otherProviderWallet);
    chain.changeBid(
      chain.addBid({ wallet: otherProviderWallet, endpoint: new URL(inside.url).host, name: 'tiny' }).bidId,
      {
        isActive: false,
      },
    );
    await startImpostor(providerWallet, (request, response) => {
      response.writeHead(307, { location: `${inside.url}${request.url}` }).end('{}');
    });
    const node = await startConsumer();
    // The redirecting provider is passed over, the honest one serves.
    await chat(node);
    expect(chain.sessions().map(({ provider }) => provider)).toEqual([addressOf(otherProviderWallet)]);
  });
});

describe('failover', () => {
  it('goes to the next bid when a provider cannot be reached, and lets it rest', async () => {
    chain.addBid({ wallet: otherProviderWallet, endpoint: '127.0.0.1:1', name: 'tiny', priceMor: 1n });
    await startProvider();
    const node = await startConsumer();
    await chat(node);
    expect(chain.sessions().map(({ provider }) => provider)).toEqual([addressOf(providerWallet)]);
  });

  it('closes the session of a provider that fails before the first byte, and answers from the next', async () => {
    const { node: dying } = await startProvider(otherProviderWallet, 1n);
    await startProvider();
    const node = await startConsumer();
    expect((await chat(node)).choices).toHaveLength(1);
    await dying.stop();
    expect((await chat(node)).choices).toHaveLength(1);
    expect(chain.sessions().map(({ provider, isClosed }) => [provider, isClosed])).toEqual([
      [addressOf(otherProviderWallet), true],
      [addressOf(providerWallet), false],
    ]);
  });

  it('waits for a provider that sees a new session a moment later', async () => {
    await startProvider();
    const node = await startConsumer();
    unseen = 1;
    await chat(node);
    expect(chain.sessions()).toHaveLength(1);
  });

  it('does not pass on an answer that is no JSON', async () => {
    await startProvider();
    const node = await startConsumer();
    backend.answer = (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"cut');
    await expect(chat(node)).rejects.toMatchObject({ status: 503, code: 'no_provider_answered' });
  });

  it('does not pass on an answer with nothing in it (52)', async () => {
    await startProvider();
    const node = await startConsumer();
    backend.answer = (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    await expect(chat(node)).rejects.toMatchObject({ status: 503, code: 'no_provider_answered' });
  });

  it('opens a new session when the chain closed the old one', async () => {
    await startProvider();
    const node = await startConsumer();
    await chat(node);
    const [session] = chain.sessions();
    if (session !== undefined) chain.changeSession(session.sessionId, { isClosed: true });
    // The provider believes the chain's last answer for a few seconds.
    laterMs += 10_000;
    await chat(node);
    expect(chain.sessions()).toHaveLength(2);
  });

  it('closes a session that its provider calls closed and the chain does not, and asks another provider', async () => {
    const { bid } = await startProvider(providerWallet, 10n ** 13n);
    await startProvider(otherProviderWallet);
    liars.add(providerWallet);
    const node = await startConsumer();
    expect((await chat(node)).choices[0]?.message.content).toBe(WORDS.join(''));
    expect(chain.sessions()).toMatchObject([
      { bidId: bid.bidId, isClosed: true, verdict: 'fail' },
      { isClosed: false },
    ]);
  });

  it('says 503 with every attempt when nobody answers', async () => {
    chain.addBid({ wallet: providerWallet, endpoint: '127.0.0.1:1', name: 'tiny' });
    chain.addBid({ wallet: otherProviderWallet, endpoint: '127.0.0.1:1', name: 'tiny' });
    const node = await startConsumer();
    await expect(chat(node)).rejects.toMatchObject({ status: 503, code: 'no_provider_answered', type: 'server_error' });
    expect(chain.stakeOf(user)).toBe(0n);
  });

  it('passes a full queue on with Retry-After instead of buying elsewhere', async () => {
    await startProvider();
    const node = await startConsumer();
    backend.answer = (_, response) => void response.writeHead(429, { 'retry-after': '7' }).end('{}');
    const answer = await post(node, '/v1/chat/completions', { model: 'tiny', messages });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(chain.sent).toEqual(['approveMor', 'openSession']);
  });
});

describe('sessions', () => {
  it('are listed, and closed with the receipt of the provider', async () => {
    const { bid } = await startProvider();
    const node = await startConsumer();
    await chat(node);
    const { sessions } = (await (await fetch(`${node.url}/yellowstone/sessions`)).json()) as {
      sessions: { sessionId: string; answers: number }[];
    };
    expect(sessions).toEqual([
      expect.objectContaining({ bidId: bid.bidId, state: 'open', answers: 1, payment: 'pool' }),
    ]);
    const id = sessions[0]?.sessionId;
    const closed = await post(node, `/yellowstone/sessions/${id}/close`, { verdict: 'pass' });
    expect(closed.status).toBe(200);
    expect(await closed.json()).toMatchObject({ sessionId: id, verdict: 'pass', inputTokens: '7', outputTokens: '5' });
    expect(chain.receipts).toHaveLength(1);
    const again = await post(node, `/yellowstone/sessions/${id}/close`);
    expect([again.status, await again.json()]).toMatchObject([404, { error: { code: 'session_not_found' } }]);
  });

  it('are closed when the node stops', async () => {
    await startProvider();
    const node = await startConsumer();
    await chat(node);
    await node.stop();
    expect(chain.sessions()[0]).toMatchObject({ isClosed: true, verdict: 'pass' });
    expect(chain.receipts).toHaveLength(1);
  });

  it('are closed without a receipt when the provider is gone', async () => {
    const { node: provider } = await startProvider();
    const node = await startConsumer();
    await chat(node);
    await provider.stop();
    await node.stop();
    expect(chain.sessions()[0]?.isClosed).toBe(true);
    expect(chain.receipts).toHaveLength(0);
  });

  it('are taken over after a crash instead of bought twice', async () => {
    await startProvider();
    const first = await startConsumer();
    await chat(first);
    const second = await startConsumer();
    await chat(second);
    expect(chain.sessions()).toHaveLength(1);
  });

  it('are renewed shortly before their end', async () => {
    await startProvider();
    const node = await startConsumer({ sessionSeconds: 300n });
    await chat(node);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 271_000 });
    try {
      await chat(node);
    } finally {
      vi.useRealTimers();
    }
    expect(chain.sessions()).toHaveLength(2);
  });
});

describe('the endpoint', () => {
  it.each([
    ['no JSON', '{', 400, 'body_malformed'],
    ['no object', '[]', 400, 'request_invalid'],
    ['no model', '{}', 400, 'request_invalid'],
    ['deep nesting', `{"model":"tiny","a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 400, 'request_invalid'],
    ['__proto__', '{"model":"tiny","__proto__":{}}', 400, 'request_invalid'],
  ])('answers %s in the envelope of OpenAI', async (_, body, status, code) => {
    const node = await startConsumer();
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${node.url}/v1/chat/completions`, { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error', code } });
  });

  it('refuses pages of other origins', async () => {
    const node = await startConsumer();
    const answer = await fetch(`${node.url}/v1/models`, { headers: { origin: 'https://evil.example' } });
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: 'origin_not_allowed' } }]);
  });

  it('asks who comes before every handler', async () => {
    const { log } = readableLog();
    const limits = {
      payment: 'pool',
      sessionSeconds: 600n,
      maxStakeMor: 1n,
      maxPayMor: 0n,
      maxPricePerSecondMor: 1n,
    } as const;
    const authenticate = async (): Promise<never> => {
      throw new Error('not you');
    };
    const node = await createConsumerNode(
      {
        chain: chain.as(userWallet),
        log,
        authenticate,
        requestKeys: memoryRequestKeys(),
        spending,
        keyUsage: stores.keyUsage,
      },
      { ...limits, port: 0 },
    );
    stops.push(() => node.stop());
    for (const path of ['/v1/models', '/yellowstone/sessions'])
      expect((await fetch(`${node.url}${path}`)).status).toBe(500);
  });

  it('stops everything when its client leaves in the middle', async () => {
    await startProvider();
    const node = await startConsumer();
    await chat(node);
    backend.answer = (_, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
    };
    const stream = await clientOf(node).chat.completions.create({ model: 'tiny', messages, stream: true });
    for await (const _chunk of stream) break;
    stream.controller.abort();
    const leftAt = performance.now();
    await vi.waitFor(() => expect(backend.aborted()).toBe(1), { interval: 5 });
    expect(performance.now() - leftAt).toBeLessThan(250);
    backend.answer = (_, response) => streamWords(response);
  });

  it('gives a request one id at the consumer, the provider and the backend, and tells it to the client', async () => {
    await startProvider();
    const node = await startConsumer();
    const heard: unknown[] = [];
    backend.answer = async (_, response, request) => {
      heard.push(request.headers['x-request-id']);
      response.setHeader('content-type', 'text/event-stream');
      response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
      await sleep(50);
      response.end();
    };
    const headers = { 'content-type': 'application/json', 'x-request-id': 'trace-1' };
    const body = JSON.stringify({ model: 'tiny', messages, stream: true });
    const answer = await fetch(`${node.url}/v1/chat/completions`, { method: 'POST', headers, body });
    expect(await answer.text()).toContain('stream_truncated');
    expect(heard).toEqual(['trace-1']);
    expect(answer.headers.get('x-request-id')).toBe('trace-1');
    expect(logged()).toMatch(/"reqId":"trace-1".*"msg":"request answered"/);
    expect(providerLogged()).toMatch(/"reqId":"trace-1".*"msg":"answer was not whole"/);
    backend.answer = (_, response) => streamWords(response);
  });

  it('makes an id of its own for a request that has none, or one that could forge a line of a log', async () => {
    await startProvider();
    const node = await startConsumer();
    const heard: unknown[] = [];
    backend.answer = (_, response, request) => {
      heard.push(request.headers['x-request-id']);
      answerWords(response);
    };
    for (const given of [undefined, 'a b', 'x'.repeat(65), '{"level":50}']) {
      const headers = { 'content-type': 'application/json', ...(given === undefined ? {} : { 'x-request-id': given }) };
      const body = JSON.stringify({ model: 'tiny', messages });
      const answer = await fetch(`${node.url}/v1/chat/completions`, { method: 'POST', headers, body });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(heard.at(-1)).toBe(answer.headers.get('x-request-id'));
    }
    expect(new Set(heard).size).toBe(4);
  });

  it('logs no prompt and no answer', async () => {
    await startProvider();
    const node = await startConsumer();
    await chat(node);
    await node.stop();
    expect(logged()).toContain('session closed');
    expect(logged()).not.toMatch(/HUSH-PROMPT|fließt|0x[0-9a-f]{130}/);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tinyTalkPath } from '@yellowstone/llama';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { freePort } from './local/free-port.js';
import { makeNodeFolder, type NodeFolder } from './local/node-folder.js';
import { bearer, startConsumer } from './local/nodes.js';
import { type Program, startProgram } from './local/process.js';
import { readReady, START_MS } from './local/ready.js';
import { type JoinedChain, joinChain } from './testing/join-chain.js';

// The provider's offer over HTTP, in the order and with the values of docs/guide/04-provider-offer.md: real processes, a
// real chain, a real model.

const MODEL = 'tiny-talk';
const HEX_32 = /^0x[0-9a-f]{64}$/;
const CLI = join('packages', 'node', 'dist', 'main.js');
const stops: (() => Promise<void>)[] = [];
let joined: JoinedChain;
let folder: NodeFolder;
let operator: Account;
let user: Account;
let port: number;
let apiPort: number;
let provider: Program;

beforeAll(async () => {
  joined = await joinChain('operator-story', 2);
  stops.push(joined.stop);
  folder = await makeNodeFolder();
  stops.push(folder.remove);
  [port, apiPort] = [await freePort(), await freePort()];
  [operator, user] = joined.people as [Account, Account];
}, 120_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

/** Starts the provider's node with a list of models, as its operator would. */
async function startNode(models: readonly object[]): Promise<void> {
  const modelsFile = join(folder.path, 'models-config.json');
  await writeFile(modelsFile, JSON.stringify(models));
  provider = startProgram({
    name: 'provider',
    args: [CLI, 'provider', 'up'],
    env: {
      YELLOWSTONE_RPC_URL: joined.chain.rpcUrl,
      YELLOWSTONE_DIAMOND: joined.chain.diamond,
      YELLOWSTONE_PRIVATE_KEY: operator.privateKey,
      ...folder.settings,
      YELLOWSTONE_POLLING_MS: '100',
      YELLOWSTONE_MODELS_FILE: modelsFile,
      YELLOWSTONE_PROVIDER_PORT: String(port),
      YELLOWSTONE_PROVIDER_API_PORT: String(apiPort),
    },
  });
  const { stop } = provider;
  stops.push(stop);
  await provider.says(readReady, START_MS);
}

type Fields = Readonly<Record<string, string>>;

async function ask(url: string, apiKey: string, body?: object, method = 'POST'): Promise<Fields> {
  const answer = await fetch(url, {
    method,
    headers: { ...bearer(apiKey), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Fields;
}
const operate = (path: string, body?: object) => ask(`http://127.0.0.1:${apiPort}${path}`, folder.apiKey, body);
const look = (path: string) => ask(`http://127.0.0.1:${apiPort}${path}`, folder.apiKey, undefined, 'GET');

describe('an operator with nothing but HTTP', { timeout: 120_000 }, () => {
  let modelID: string;
  let bidID: string;

  it('registers provider and model and posts a bid, as the guide tells it', async () => {
    await startNode([]);
    expect(await look('/wallet')).toEqual({ address: operator.address });
    const before = BigInt((await look('/blockchain/balance'))['mor'] ?? '');

    const amount = '600000000000000000';
    const approved = await operate(`/blockchain/approve?spender=${joined.chain.diamond}&amount=${amount}`);
    expect(approved).toEqual({ tx: expect.stringMatching(HEX_32) as string, allowance: amount });
    const endpoint = `127.0.0.1:${port}`;
    const { provider } = await operate('/blockchain/providers', { addStake: '200000000000000000', endpoint });
    expect(provider).toMatchObject({
      address: operator.address,
      endpoint,
      stake: '200000000000000000',
      isDeleted: false,
    });
    const model = {
      ipfsCID: `0x${'c2'.repeat(32)}`,
      fee: '0',
      addStake: '100000000000000000',
      name: MODEL,
      tags: ['llm'],
    };
    const registered = await operate('/blockchain/models', {
      modelId: `0x${'e1'.repeat(32)}`,
      owner: operator.address,
      ...model,
    });
    modelID = registered['modelID'] ?? '';
    expect(registered).toMatchObject({
      modelID: expect.stringMatching(HEX_32) as string,
      model: { id: modelID, name: MODEL },
    });
    const posted = await operate('/blockchain/bids', { modelID, pricePerSecond: '10000000000000' });
    bidID = posted['bidID'] ?? '';
    expect(posted).toMatchObject({ bid: { id: bidID, modelID, provider: operator.address, isActive: true } });

    expect(before - BigInt((await look('/blockchain/balance'))['mor'] ?? '')).toBe(BigInt(amount));
    expect(await look('/blockchain/allowance')).toEqual({ allowance: '0' });
    expect(await look(`/blockchain/models/${modelID}/bids`)).toMatchObject({ bids: [{ id: bidID }], total: 1 });
  });

  it('is told what the chain refuses, with its name', async () => {
    await expect(operate('/blockchain/bids', { modelID, pricePerSecond: '1' })).rejects.toThrow(
      /answered 409.*CHAIN_MarketplaceBidPricePerSecondInvalid/,
    );
    await expect(operate(`/blockchain/bids/${bidID}/reprice`, { pricePerSecond: '20000000000000' })).rejects.toThrow(
      /answered 409.*CHAIN_RepriceTooSoon/,
    );
    await expect(operate('/blockchain/stakes/withdraw')).rejects.toThrow(/answered 409.*CHAIN_/);
  });

  it('serves the model after a restart; a consumer quotes, opens a session, prompts, and closes', async () => {
    await provider.stop();
    await startNode([{ modelId: modelID, name: MODEL, slots: 2, embedded: { modelPath: tinyTalkPath } }]);
    const consumer = await startConsumer(
      { chain: joined.chain, account: user },
      { maxPricePerSecond: '0.001', maxStake: '20000' },
    );
    stops.push(consumer.stop);
    const buy = (path: string, body?: object) => ask(`${consumer.url}${path}`, consumer.apiKey, body);

    const quote = await buy('/blockchain/sessions/quote', { bidID, sessionDuration: 900 });
    expect(quote).toMatchObject({ cost: '9000000000000000', activeStake: '0' });
    const { sessionID } = await buy(`/blockchain/bids/${bidID}/session`, { sessionDuration: 900 });
    const client = new OpenAI({ baseURL: `${consumer.url}/v1`, apiKey: consumer.apiKey, maxRetries: 0 });
    const answer = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'What is a bid?' }],
      temperature: 0,
      max_tokens: 64,
    });
    expect(answer.choices[0]?.message.content).toMatch(/price/);

    const closed = await buy(`/blockchain/sessions/${sessionID}/close`);
    expect(closed).toMatchObject({ sessionID, verdict: 'pass', tx: expect.stringMatching(HEX_32) as string });
    const stakes = await ask(`${consumer.url}/blockchain/stakes`, consumer.apiKey, undefined, 'GET');
    expect(stakes).toMatchObject({ stakes: [{ purpose: 'session', active: quote['missingStake'] }, {}] });
    const { sessions } = await look('/blockchain/sessions/provider');
    expect(sessions).toMatchObject([{ id: sessionID, bidID, isClosed: true, user: user.address }]);
    expect(await look('/blockchain/claims')).toMatchObject({ unvested: closed['credited'] });
  });
});

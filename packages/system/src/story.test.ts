import type { Reads } from '@yellowstone/client';
import { startLlama, tinyTalkPath } from '@yellowstone/llama';
import { parseAddress } from '@yellowstone/protocol';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { bearer, type ConsumerLimits, type RunningProvider, startConsumer, startProvider } from './local/nodes.js';
import { type JoinedChain, joinChain } from './testing/join-chain.js';

const MODEL = 'story-talk';
const REMOTE_MODEL = 'story-talk-by-url';
const QUESTION = 'What is a bid?';

const stops: (() => Promise<void>)[] = [];
let chain: JoinedChain['chain'];
let reads: Reads;
let consumerMor: bigint;
let operator: Account;
let remoteOperator: Account;
/** Each is a consumer of its own. */
let asker: Account;
let miser: Account;
let payer: Account;
let provider: RunningProvider;

beforeAll(async () => {
  const joined = await joinChain('story', 5);
  stops.push(joined.stop);
  ({ chain, reads, personMor: consumerMor } = joined);
  [operator, remoteOperator, asker, miser, payer] = joined.people as [Account, Account, Account, Account, Account];
  provider = await startProvider(
    { chain, account: operator },
    { modelName: MODEL, pricePerSecond: '0.00001', stake: '10' },
  );
  stops.push(provider.stop);
}, 120_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

/** A consumer of its own account with generous limits, and an unmodified OpenAI client in front of it. */
async function consumerOf(
  account: Account,
  limits: Partial<ConsumerLimits> = {},
): Promise<{ url: string; apiKey: string; client: OpenAI }> {
  const generous = { maxPricePerSecond: '0.001', maxStake: '20000' };
  const node = await startConsumer({ chain, account }, { ...generous, ...limits });
  stops.push(node.stop);
  const { url, apiKey } = node;
  return { url, apiKey, client: new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 }) };
}

const chat = (client: OpenAI, model = MODEL) =>
  client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: QUESTION }],
    temperature: 0,
    max_tokens: 64,
  });

async function failureOf(promise: Promise<unknown>): Promise<APIError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof APIError)) throw new Error(`no APIError: ${String(error)}`);
  return error;
}

describe('a stranger with an OpenAI client', { timeout: 60_000 }, () => {
  it('lists the model, gets an answer, and the stake of the session is in the diamond', async () => {
    const { client } = await consumerOf(asker);
    const user = parseAddress(asker.address);

    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toContain(MODEL);
    const answer = await chat(client);

    expect(answer.choices[0]?.message.content).toMatch(/price/);
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.usage?.completion_tokens).toBeGreaterThan(0);
    const { activeMor, usedMor } = await reads.stake(user, 'session');
    expect(usedMor).toBeGreaterThan(0n);
    expect(await reads.morBalance(user)).toBe(consumerMor - activeMor);
  });

  it('is told when the stake would pass the limit, and nothing is staked', async () => {
    const { client } = await consumerOf(miser, { maxStake: '0.000001' });
    const user = parseAddress(miser.address);

    const failure = await failureOf(chat(client));

    expect(failure.status).toBeGreaterThanOrEqual(400);
    expect(failure.status).toBeLessThan(600);
    expect(failure.error).toMatchObject({ message: expect.stringMatching(/stake/i) as string });
    expect(await reads.morBalance(user)).toBe(consumerMor);
    expect((await reads.userSessions(user)).total).toBe(0);
  });

  it('is not let in without a key of the operator', async () => {
    const { url } = await consumerOf(miser);
    const failure = await failureOf(chat(new OpenAI({ baseURL: `${url}/v1`, apiKey: 'guessed', maxRetries: 0 })));
    expect(failure.status).toBe(401);
    expect(failure.error).toMatchObject({ code: 'invalid_api_key', type: 'authentication_error' });
    expect((await fetch(`${url}/yellowstone/sessions`)).status).toBe(401);
  });

  it('is told when there is no such model', async () => {
    const { client } = await consumerOf(miser);
    const failure = await failureOf(chat(client, 'no-such-model'));
    expect(failure.status).toBe(404);
    expect(failure.error).toMatchObject({ code: 'model_not_found' });
  });

  it('pays directly out of escrow when it wants to, and gets the unused part back', async () => {
    const { url, apiKey, client } = await consumerOf(payer, { payment: 'direct', maxPay: '1' });
    const user = parseAddress(payer.address);
    const before = await reads.morBalance(parseAddress(operator.address));
    const escrowBefore = (await reads.treasury()).escrowMor;

    await chat(client);
    const escrowMor = (await reads.treasury()).escrowMor;
    expect(escrowMor - escrowBefore).toBe(consumerMor - (await reads.morBalance(user)));
    const { items } = await reads.userSessions(user);
    const closing = await fetch(`${url}/yellowstone/sessions/${items[0]!.sessionId}/close`, {
      method: 'POST',
      headers: bearer(apiKey),
    });

    expect(closing.status).toBe(200);
    expect((await reads.treasury()).escrowMor).toBe(escrowBefore);
    const earnedMor = (await reads.morBalance(parseAddress(operator.address))) - before;
    expect(earnedMor).toBe(consumerMor - (await reads.morBalance(user)));
    expect(earnedMor).toBeGreaterThan(0n);
  });
});

describe('a provider', { timeout: 120_000 }, () => {
  it('serves any OpenAI-compatible server by its URL', async () => {
    const llama = await startLlama({ modelPath: tinyTalkPath, modelName: MODEL });
    stops.push(() => llama.stop());
    const remote = await startProvider(
      { chain, account: remoteOperator },
      {
        modelName: REMOTE_MODEL,
        pricePerSecond: '0.00001',
        stake: '10',
        backendUrl: `${llama.url}/v1`,
        backendModel: MODEL,
      },
    );
    stops.push(remote.stop);
    const { client } = await consumerOf(asker);
    const answer = await chat(client, REMOTE_MODEL);
    expect(answer.choices[0]?.message.content).toMatch(/price/);
  });

  it('refuses who has no session', async () => {
    const answer = await fetch(`${provider.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: QUESTION }] }),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await answer.json()).toHaveProperty('error.code');
  });
});

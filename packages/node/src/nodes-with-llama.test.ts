import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MOR } from '@yellowstone/protocol';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsumerNode } from './consumer/create-consumer-node.js';
import { createProviderNode } from './provider/create-provider-node.js';
import { createFakeChain } from './testing/fake-chain.js';
import { addressOf, providerWallet, quietLog, userWallet } from './testing/keys.js';
import { memoryRequestKeys } from './testing/request-keys.js';
import { rememberedKeys } from './testing/node-key-store.js';
import { rememberedAnswers } from './testing/served-answers.js';
import { openTestStores } from './testing/test-stores.js';
import { rememberedIds } from './testing/used-request-ids.js';

const at = (path: string): string => fileURLToPath(new URL(`../../llama/${path}`, import.meta.url));
const modelPath = at('models/tiny-talk.gguf');

// The optional peer: built with the workspace, absent where only this package is.
describe.skipIf(!existsSync(at('dist/index.js')))('two nodes in front of a real llama.cpp', () => {
  const chain = createFakeChain();
  const stops: (() => Promise<void>)[] = [];
  let client: OpenAI;

  beforeAll(async () => {
    chain.give(addressOf(userWallet), 100n * MOR);
    const stores = await openTestStores();
    stops.unshift(() => stores.stop());
    const bid = chain.addBid({ wallet: providerWallet, endpoint: 'not.yet:1', name: 'tiny-talk' });
    const model = { modelId: bid.modelId, name: 'tiny-talk', slots: 2, queue: 8, maxTokens: 64 };
    const models = [{ ...model, backend: { kind: 'embedded', modelPath } as const }];
    const provider = await createProviderNode(
      {
        chain: chain.as(providerWallet),
        usedRequestIds: rememberedIds(),
        nodeKeyStore: rememberedKeys(),
        served: rememberedAnswers(),
        log: quietLog,
      },
      { models, port: 0 },
    );
    stops.unshift(() => provider.stop());
    chain.changeBid(bid.bidId, { endpoint: new URL(provider.url).host });
    const consumer = await createConsumerNode(
      {
        chain: chain.as(userWallet),
        authenticate: async () => undefined,
        requestKeys: memoryRequestKeys(),
        spending: stores.emptyBooks(),
        keyUsage: stores.keyUsage,
        log: quietLog,
      },
      {
        payment: 'pool',
        sessionSeconds: 600n,
        maxStakeMor: 50n * MOR,
        maxPayMor: 0n,
        maxPricePerSecondMor: MOR,
        allowPrivateEndpoints: true,
        port: 0,
      },
    );
    stops.unshift(() => consumer.stop());
    client = new OpenAI({ baseURL: `${consumer.url}/v1`, apiKey: 'none', maxRetries: 0 });
  });

  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  const ask = { model: 'tiny-talk', temperature: 0, messages: [{ role: 'user' as const, content: 'What is MOR?' }] };

  it('answer the same, streamed or not', async () => {
    const whole = await client.chat.completions.create(ask);
    expect(whole.choices[0]?.finish_reason).toBe('stop');
    let text = '';
    for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(text.length).toBeGreaterThan(10);
  });

  it('carry usage, completions and embeddings', async () => {
    const options = { ...ask, stream: true, stream_options: { include_usage: true } } as const;
    const usages: number[] = [];
    for await (const chunk of await client.chat.completions.create(options)) {
      if (chunk.usage) usages.push(chunk.usage.completion_tokens);
    }
    expect(usages).toHaveLength(1);
    expect(usages[0]).toBeGreaterThan(3);
    expect(
      (await client.completions.create({ model: 'tiny-talk', prompt: 'What', max_tokens: 4 })).choices,
    ).toHaveLength(1);
    const { data } = await client.embeddings.create({ model: 'tiny-talk', input: 'What' });
    expect(data[0]?.embedding.length).toBeGreaterThan(8);
  });

  it('hear a prompt that does not fit in the words of llama.cpp', async () => {
    const messages = [{ role: 'user' as const, content: 'What is MOR? '.repeat(2_000) }];
    await expect(client.chat.completions.create({ ...ask, messages })).rejects.toMatchObject({ status: 400 });
  });

  it('close with a receipt over what was answered', async () => {
    await stops.shift()?.();
    expect(chain.sessions()).toHaveLength(1);
    expect(chain.sessions()[0]).toMatchObject({ isClosed: true, verdict: 'pass' });
    expect(chain.receipts[0]?.outputTokens).toBeGreaterThan(10n);
    expect(chain.receipts[0]?.ttftMs).toBeLessThan(5_000n);
  });
});

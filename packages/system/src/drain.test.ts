import { setTimeout as sleep } from 'node:timers/promises';
import { parseAddress } from '@yellowstone/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { bearer, type RunningConsumer, type RunningProvider, startConsumer, startProvider } from './local/nodes.js';
import type { Program } from './local/process.js';
import { startMockBackend } from './local/small-program.js';
import { type JoinedChain, joinChain } from './testing/join-chain.js';

// SIGTERM under load (TRUST scenario 51): real processes, a real chain, a backend that takes its time.

const MODEL = 'slow-talk';
const STREAMS = 4;
const WORDS = 20;
/** More than there is time for. */
const ENDLESS = 1_000_000;
const WORD_MS = 100;
/** What the provider is given for running answers: three times what the finite ones take. */
const DRAIN_MS = 6_000;
/** The longest a consumer takes, which closes its session after that. */
const CONSUMER_END_MS = 30_000;
/** A provider that were given what is usual would take longer. */
const PROVIDER_END_MS = 20_000;

const stops: (() => Promise<void>)[] = [];
let joined: JoinedChain;
let seller: Account;
let buyer: Account;
let provider: RunningProvider;
let consumer: RunningConsumer;

beforeAll(async () => {
  const backend = await startMockBackend();
  stops.push(backend.stop);
  joined = await joinChain('drain', 2);
  stops.push(joined.stop);
  [seller, buyer] = joined.people as [Account, Account];
  const offer = {
    modelName: MODEL,
    pricePerSecond: '0.00001',
    stake: '10',
    backendUrl: `${backend.url}/v1`,
    slots: 2 * STREAMS,
    env: { YELLOWSTONE_DRAIN_MS: String(DRAIN_MS) },
  };
  provider = await startProvider({ chain: joined.chain, account: seller }, offer);
  stops.push(() => provider.stop());
}, 180_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

async function startOne(): Promise<void> {
  const limits = { maxPricePerSecond: '0.001', maxStake: '20000' };
  const started = await startConsumer({ chain: joined.chain, account: buyer }, limits);
  consumer = started;
  stops.push(() => started.stop());
}

/** Begins a streamed answer. @returns its text, once it has ended in whatever way */
async function ask(words: number): Promise<{ readonly text: Promise<string> }> {
  const answer = await fetch(`${consumer.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(consumer.apiKey) },
    body: JSON.stringify({
      model: MODEL,
      stream: true,
      messages: [{ role: 'user', content: 'Talk.' }],
      max_tokens: words,
      mock_interval_ms: WORD_MS,
    }),
  });
  expect(answer.status).toBe(200);
  return { text: readToTheEnd(answer) };
}

async function readToTheEnd(answer: Response): Promise<string> {
  let text = '';
  try {
    for await (const part of answer.body!) text += Buffer.from(part as Uint8Array).toString();
  } catch {
    // A cut connection is one way to end.
  }
  return text;
}

/** @returns its exit code, and how long it took [ms] */
async function terminate(program: Program): Promise<{ readonly code: number | null; readonly tookMs: number }> {
  const startedAt = performance.now();
  process.kill(program.pid, 'SIGTERM');
  const code = await program.exited;
  return { code, tookMs: performance.now() - startedAt };
}

const isWhole = (text: string): boolean => text.split('" word"').length === WORDS + 1 && text.includes('[DONE]');

describe('SIGTERM under load', { timeout: 90_000 }, () => {
  it('lets a consumer finish its answers and close its session, and end with 0', async () => {
    await startOne();
    const answers = await Promise.all(Array.from({ length: STREAMS }, () => ask(WORDS)));
    const ending = terminate(consumer.program);
    await sleep(300);
    await expect(fetch(`${consumer.url}/healthz`).then(({ status }) => status)).rejects.toThrow();
    const texts = await Promise.all(answers.map(({ text }) => text));
    expect(texts.map(isWhole)).toEqual(texts.map(() => true));
    const { code, tookMs } = await ending;
    expect({ code, isInTime: tookMs < CONSUMER_END_MS }).toEqual({ code: 0, isInTime: true });
    const { items } = await joined.reads.userSessions(parseAddress(buyer.address));
    expect(items.map(({ isClosed }) => isClosed)).toEqual([true]);
  });

  it('lets a provider finish its answers, cuts what does not end, and end with 0', async () => {
    await startOne();
    const finite = await Promise.all(Array.from({ length: STREAMS }, () => ask(WORDS)));
    const endless = await ask(ENDLESS);
    const { code, tookMs } = await terminate(provider.program);
    expect({ code, isInTime: tookMs < PROVIDER_END_MS }).toEqual({ code: 0, isInTime: true });
    const texts = await Promise.all(finite.map(({ text }) => text));
    expect(texts.map(isWhole)).toEqual(texts.map(() => true));
    const cut = await endless.text;
    expect(cut).toContain('stream_truncated');
    expect(cut).not.toContain('[DONE]');
  });
});

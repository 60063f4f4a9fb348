import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '@yellowstone/client';
import { openNodeStore } from '@yellowstone/node';
import { type Address, parseAddress } from '@yellowstone/protocol';
import { createLog } from '@yellowstone/service';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Account } from './local/accounts.js';
import { makeNodeFolder, type NodeFolder } from './local/node-folder.js';
import { bearer, type RunningConsumer, type RunningProvider, startConsumer, startProvider } from './local/nodes.js';
import { startMockBackend } from './local/small-program.js';
import { type JoinedChain, joinChain } from './testing/join-chain.js';

// kill -9 of either node at random moments under load (TRUST T7, O2, scenario 48):
// `RANDOM_KILLS=200 KILL_SEED=7 npx vitest run src/random-kill.test.ts` is the larger run.

const KILLS = Number(process.env['RANDOM_KILLS'] ?? 10);
const SEED = Number(process.env['KILL_SEED'] ?? 1);
const MODEL = 'mortal-talk';
const CLIENTS = 4;
const WORDS = 15;
const WORD_MS = 20;
const LONGEST_PAUSE_MS = 1_500;
/** The promise, on a machine that is not slower than that: then it is so many times what a node at rest takes. */
const RECOVERED_MS = 10_000;
const TIMES_AT_REST = 3;
/** Every so many answers a client closes the session, so that openings and closings are among what is killed. */
const ANSWERS_PER_SESSION = 3;

const stops: (() => Promise<void>)[] = [];
let joined: JoinedChain;
let user: Address;
let folder: NodeFolder;
let provider: RunningProvider;
let consumer: RunningConsumer;

beforeAll(async () => {
  const backend = await startMockBackend();
  stops.push(backend.stop);
  joined = await joinChain('random-kill', 2);
  stops.push(joined.stop);
  const { chain } = joined;
  const [seller, buyer] = joined.people as [Account, Account];
  user = parseAddress(buyer.address);
  const offer = { modelName: MODEL, pricePerSecond: '0.00001', stake: '10', slots: 2 * CLIENTS };
  folder = await makeNodeFolder();
  stops.push(folder.remove);
  const limits = { maxPricePerSecond: '0.001', maxStake: '20000' };
  [provider, consumer] = await Promise.all([
    startProvider({ chain, account: seller }, { ...offer, backendUrl: `${backend.url}/v1` }),
    startConsumer({ chain, account: buyer, folder }, limits),
  ]);
  stops.push(provider.stop, consumer.stop);
}, 180_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
}, 60_000);

/** The same numbers for the same seed, from 0 to 1. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const headers = () => ({ 'content-type': 'application/json', ...bearer(consumer.apiKey) });

type End = 'whole' | 'truncated' | 'refused' | 'cut';

/** How an answer ended, as its client can tell. @throws if it is called whole and words are missing */
async function ask(): Promise<End> {
  try {
    const answer = await fetch(`${consumer.url}/v1/chat/completions`, {
      method: 'POST',
      headers: headers(),
      body: JSON.stringify({
        model: MODEL,
        stream: true,
        messages: [{ role: 'user', content: 'Talk.' }],
        max_tokens: WORDS,
        mock_interval_ms: WORD_MS,
      }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await answer.text();
    if (answer.status !== 200) return 'refused';
    if (!text.includes('data: [DONE]')) return text.includes('stream_truncated') ? 'truncated' : 'cut';
    expect(text.split('" word"')).toHaveLength(WORDS + 1);
    return 'whole';
  } catch (error) {
    if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) return 'cut';
    throw error;
  }
}

async function closeSessions(): Promise<void> {
  const answer = await fetch(`${consumer.url}/yellowstone/sessions`, { headers: headers() });
  const { sessions } = (await answer.json()) as { sessions: readonly { sessionId: string }[] };
  for (const { sessionId } of sessions) {
    await fetch(`${consumer.url}/yellowstone/sessions/${sessionId}/close`, { method: 'POST', headers: headers() });
  }
}

/** Asks again and again until it is told to stop. */
async function load(ends: Map<End, number>, stopping: AbortSignal, closes: boolean): Promise<void> {
  for (let asked = 1; !stopping.aborted; asked += 1) {
    const end = await ask();
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (end !== 'whole') await sleep(50);
    else if (closes && asked % ANSWERS_PER_SESSION === 0) await closeSessions().catch(() => undefined);
  }
}

/** From the restart of a node that was killed to the first whole answer [ms]. */
async function killed(node: RunningConsumer | RunningProvider): Promise<number> {
  process.kill(node.program.pid, 'SIGKILL');
  await node.program.exited;
  const startedAt = performance.now();
  await node.restart();
  while ((await ask()) !== 'whole') {
    if (performance.now() - startedAt > 6 * RECOVERED_MS) throw new Error(`no answer:\n${node.program.tail()}`);
    await sleep(50);
  }
  return performance.now() - startedAt;
}

it(
  `survives ${KILLS} kills of either node at random moments under load (seed ${SEED})`,
  { timeout: 120_000 + KILLS * 60_000 },
  async () => {
    const random = randomOf(SEED);
    const ends = new Map<End, number>();
    const stopping = new AbortController();
    expect(await ask()).toBe('whole');
    const atRest: number[] = [];
    for (const node of [provider, consumer]) atRest.push(await killed(node));
    const clients = Array.from({ length: CLIENTS }, (_, at) => load(ends, stopping.signal, at === 0));
    const recoveries: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(random() * LONGEST_PAUSE_MS);
      const node = random() < 0.5 ? consumer : provider;
      recoveries.push(await killed(node));
    }
    stopping.abort();
    await Promise.all(clients);
    console.log(
      `${KILLS} kills, seed ${SEED}: answers ${JSON.stringify(Object.fromEntries(ends))}, ` +
        `recovered within ${Math.round(Math.max(...recoveries))} ms, at rest ${Math.round(Math.max(...atRest))} ms`,
    );
    expect(Math.max(...recoveries)).toBeLessThan(Math.max(RECOVERED_MS, TIMES_AT_REST * Math.max(...atRest)));
    expect(ends.get('whole')).toBeGreaterThan(KILLS);

    await consumer.stop();
    const sessions = await sessionsOnChain();
    expect(sessions.every(({ isClosed }) => isClosed)).toBe(true);
    const intents = await journal();
    // Each intent has one nonce, each nonce one intent, and each opening in the journal is one session on chain.
    const numbered = intents.filter(({ nonce }) => nonce !== null);
    expect(numbered.map(({ nonce }) => nonce)).toEqual(numbered.map((_, at) => BigInt(at)));
    expect(await joined.connection.provider.getTransactionCount(user)).toBe(numbered.length);
    const opened = numbered.filter(({ kind, state }) => kind === 'openSession' && state === 'mined');
    expect(opened).toHaveLength(sessions.length);
    expect(sessions.length).toBeGreaterThan(1);
  },
);

async function sessionsOnChain(): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  for (;;) {
    const { items, total } = await joined.reads.userSessions(user, { offset: sessions.length, limit: 100 });
    sessions.push(...items);
    if (sessions.length >= total) return sessions;
  }
}

async function journal() {
  const log = createLog({ name: 'test', level: 'silent' });
  const store = await openNodeStore(folder.store, { log });
  const intents = store.database.sql.selectFrom('chain_intents').select(['nonce', 'state', 'kind']);
  const rows = await intents.orderBy('nonce').execute();
  await store.stop();
  return rows;
}

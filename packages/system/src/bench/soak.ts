import { readFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '@yellowstone/client';
import { MOR, parseAddress } from '@yellowstone/protocol';
import { devAccount } from '../local/accounts.js';
import { freePort } from '../local/free-port.js';
import { type FundedChain, startFundedChain } from '../local/funded-chain.js';
import { makeNodeFolder } from '../local/node-folder.js';
import { bearer, startConsumer, startProvider } from '../local/nodes.js';
import { REPOSITORY } from '../local/repository.js';
import { startMockBackend } from '../local/small-program.js';
import { until } from '../local/until.js';
import { type Client, createClient, type Sample } from './load.js';
import { numberArgument } from './number-argument.js';
import { slopeOf } from './statistics.js';

/**
 * `npm run bench:soak [-- --minutes 120]`: two nodes under load for long, with sessions that come and go. At the end their memory
 * must not have grown, and what clients, nodes and the chain counted must be the same. Writes bench/results/soak.json.
 */

const FILE = join(REPOSITORY, 'bench', 'results', 'soak.json');
const MODEL = 'bench-soak';
const CLIENTS = 24;
const MAX_PAUSE_MS = 200;
const STREAM_TOKENS = 12;
const TOKEN_INTERVAL_MS = 10;
/** Work, then a rest in which sessions are idle for longer than they may be. */
const [WORK_MS, REST_MS, SESSION_IDLE_SECONDS] = [60_000, 60_000, 30];
const SAMPLE_MS = 5_000;
/** Heaps and databases grow to the size they need. */
const WARM_UP_PART = 0.3;
const [BYTES_PER_MB, MS_PER_DAY, MS_PER_10_MINUTES, MS_PER_MINUTE] = [1e6, 86_400_000, 600_000, 60_000];
const MAX_MB_PER_10_MINUTES = 1;
const PAGE_BYTES = 4_096;

const ask = { model: MODEL, messages: [{ role: 'user', content: 'What is a bid?' }] };
const WHOLE = JSON.stringify(ask);
const STREAMED = JSON.stringify({
  ...ask,
  stream: true,
  stream_options: { include_usage: true },
  max_tokens: STREAM_TOKENS,
  mock_interval_ms: TOKEN_INTERVAL_MS,
});

interface Counted {
  answers: number;
  outputTokens: number;
  failures: number;
}

/** Clients that ask, rest, and ask again. */
async function load(client: Client, endsAt: number): Promise<Counted> {
  const counted: Counted = { answers: 0, outputTokens: 0, failures: 0 };
  const take = ({ isWhole, outputTokens }: Sample): void => {
    counted.answers += Number(isWhole);
    counted.failures += Number(!isWhole || outputTokens === undefined);
    counted.outputTokens += outputTokens ?? 0;
  };
  const one = async (until: number): Promise<void> => {
    while (performance.now() < until) {
      await client.ask(Math.random() < 0.5 ? WHOLE : STREAMED).then(take, () => (counted.failures += 1));
      await sleep(Math.random() * MAX_PAUSE_MS);
    }
  };
  while (performance.now() < endsAt) {
    const until = Math.min(endsAt, performance.now() + WORK_MS);
    await Promise.all(Array.from({ length: CLIENTS }, () => one(until)));
    await sleep(Math.min(REST_MS, Math.max(0, endsAt - performance.now())));
  }
  return counted;
}

/** What a process has in memory [bytes], by Linux. */
async function memoryOf(pid: number): Promise<number> {
  const [, pages = ''] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
  return Number(pages) * PAGE_BYTES;
}

/** Watches the memory of processes until it is stopped; returns how fast each one grew [MB per 10 min]. */
function watchMemory(pids: Readonly<Record<string, number>>) {
  const startedAt = performance.now();
  const points = new Map<string, { x: number; y: number }[]>(Object.keys(pids).map((name) => [name, []]));
  let toldMinute = -1;
  const sample = async (): Promise<void> => {
    const x = performance.now() - startedAt;
    for (const [name, pid] of Object.entries(pids)) points.get(name)?.push({ x, y: await memoryOf(pid) });
    const minute = Math.floor(x / MS_PER_MINUTE);
    if (minute === toldMinute) return;
    toldMinute = minute;
    const now = [...points].map(([name, all]) => `${name} ${((all.at(-1)?.y ?? 0) / BYTES_PER_MB).toFixed(0)} MB`);
    console.log(`${minute} min: ${now.join(', ')}`);
  };
  const timer = setInterval(() => void sample(), SAMPLE_MS);
  return (): readonly { readonly name: string; readonly lastMb: number; readonly growthMb: number }[] => {
    clearInterval(timer);
    const warmAt = (performance.now() - startedAt) * WARM_UP_PART;
    return [...points].map(([name, all]) => ({
      name,
      lastMb: (all.at(-1)?.y ?? Number.NaN) / BYTES_PER_MB,
      growthMb: (slopeOf(all.filter(({ x }) => x >= warmAt)) * MS_PER_10_MINUTES) / BYTES_PER_MB,
    }));
  };
}

interface Told {
  readonly total: {
    readonly answers: string;
    readonly outputTokens: string;
    readonly sessionsClosed: string;
    readonly credited: string;
  };
  readonly readTo: string | null;
}

async function allSessions({ reads }: FundedChain, provider: string): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  for (;;) {
    const page = await reads.providerSessions(parseAddress(provider), { offset: sessions.length });
    sessions.push(...page.items);
    if (page.items.length === 0 || sessions.length >= page.total) return sessions;
  }
}

async function main(): Promise<boolean> {
  const minutes = numberArgument('minutes', 120);
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const funded = await startFundedChain({ days: 3, personMor: 5_000_000n * MOR });
    stops.push(funded.stop);
    const { chain } = funded;
    const backend = await startMockBackend();
    stops.push(backend.stop);
    const folder = await makeNodeFolder();
    stops.push(folder.remove);
    const apiPort = await freePort();
    const account = devAccount(2);
    const provider = await startProvider(
      { chain, account, folder },
      {
        modelName: MODEL,
        slots: CLIENTS,
        backendUrl: `${backend.url}/v1`,
        pricePerSecond: '0.00001',
        stake: '10',
        env: { YELLOWSTONE_PROVIDER_API_PORT: String(apiPort) },
      },
    );
    stops.push(provider.stop);
    const consumer = await startConsumer(
      { chain, account: devAccount(5) },
      {
        maxPricePerSecond: '0.001',
        maxStake: '100000',
        env: { YELLOWSTONE_SESSION_IDLE_SECONDS: String(SESSION_IDLE_SECONDS) },
      },
    );
    stops.push(consumer.stop);
    const client = createClient({ url: consumer.url, headers: bearer(consumer.apiKey) });
    const grown = watchMemory({ consumer: consumer.program.pid, provider: provider.program.pid });
    const counted = await load(client, performance.now() + minutes * MS_PER_MINUTE);
    const memory = grown();
    client.close();

    let sessions: readonly Session[] = [];
    await until(
      'the end of the last session',
      async () => (sessions = await allSessions(funded, account.address)).every(({ isClosed }) => isClosed),
      { timeoutMs: 120_000, program: consumer.program },
    );
    const now = await funded.reads.now();
    const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
    const range = `from=${day(Date.now() - MS_PER_DAY)}&to=${day(Number(now) * 1_000)}`;
    let told: Told | undefined;
    await until(
      'the earnings',
      async () => {
        const answer = await fetch(`http://127.0.0.1:${apiPort}/provider/earnings?${range}`, {
          headers: bearer(folder.apiKey),
        });
        told = (await answer.json()) as Told;
        return told.readTo !== null && BigInt(told.readTo) >= now;
      },
      { timeoutMs: 60_000, program: provider.program },
    );
    const { unvestedMor, vestedMor } = await funded.reads.sessionCredits(parseAddress(account.address));
    const pairs: Readonly<Record<string, readonly [unknown, unknown]>> = {
      'answers, clients and node': [String(counted.answers), told?.total.answers],
      'tokens, clients and node': [String(counted.outputTokens), told?.total.outputTokens],
      'sessions, chain and node': [String(sessions.length), told?.total.sessionsClosed],
      'credits, chain and node': [String(unvestedMor + vestedMor), told?.total.credited],
    };
    const result = { minutes, ...counted, sessions: sessions.length, memory, ledger: pairs };
    console.log(JSON.stringify(result, null, 2));
    await mkdir(join(FILE, '..'), { recursive: true });
    await writeFile(FILE, `${JSON.stringify(result, null, 2)}\n`);
    const isSame = Object.values(pairs).every(([left, right]) => left === right);
    return isSame && counted.failures === 0 && memory.every(({ growthMb }) => growthMb < MAX_MB_PER_10_MINUTES);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

const isHeld = await main();
console.log(isHeld ? 'Held: no growth, one ledger.' : 'Not held.');
process.exitCode = isHeld ? 0 : 1;

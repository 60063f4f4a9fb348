import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../local/repository.js';
import { capacityOf, type Case, casesOf, type Figures, figuresOf, type Round, type Way, WAYS } from './cases.js';
import { type Client, closedLoop, createClient, type Target } from './load.js';
import { numberArgument } from './number-argument.js';
import { NARROW_SLOTS, type Places, startPlaces, TALK } from './places.js';
import { median } from './statistics.js';

/**
 * `npm run bench:node [-- --seconds 10] [-- --rounds 5]`: what two nodes cost beside two bare proxies, in the same run.
 * Prints a table and writes bench/results/node.json.
 */

const FILE = join(REPOSITORY, 'bench', 'results', 'node.json');
const WARM_UP_SECONDS = 2;
const TALK_BODY = JSON.stringify({
  model: TALK,
  messages: [{ role: 'user', content: 'What is a bid?' }],
  temperature: 0,
  max_tokens: 64,
  stream: true,
});

type Clients = Readonly<Record<Way | 'llama', Client>>;

/** Direct, chain, nodes and round again, so that a machine that changes its speed changes it for all. */
async function measure(one: Case, clients: Clients, rounds: number, seconds: number): Promise<readonly Round[]> {
  for (const way of WAYS) await one.run(clients[way], WARM_UP_SECONDS);
  const done: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const direct = await one.run(clients.direct, seconds);
    const chain = await one.run(clients.chain, seconds);
    done.push({ direct, chain, nodes: await one.run(clients.nodes, seconds) });
  }
  return done;
}

/** Tokens per second of real llama.cpp, through the nodes and without them. */
async function measureTalk({ nodes, llama }: Clients, rounds: number, seconds: number) {
  const tokens = async (client: Client): Promise<number> => {
    const run = await closedLoop(client, { clients: 2, seconds, body: TALK_BODY });
    return run.samples.reduce((sum, { events }) => sum + events, 0) / run.seconds;
  };
  await tokens(nodes);
  const pairs: { readonly bare: number; readonly through: number }[] = [];
  for (let round = 0; round < rounds; round += 1)
    pairs.push({ bare: await tokens(llama), through: await tokens(nodes) });
  return {
    bareTokensPerSecond: median(pairs.map(({ bare }) => bare)),
    nodesTokensPerSecond: median(pairs.map(({ through }) => through)),
    ratio: median(pairs.map(({ bare, through }) => through / bare)),
  };
}

function rounded<Figure extends Readonly<Record<string, number>>>(figures: Figure): Figure {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(3))])) as Figure;
}

function tell(name: string, figures: Readonly<Record<string, number>>): void {
  const cells = Object.entries(figures).map(([key, value]) => `${key} ${value}`);
  console.log(`${name.padEnd(10)} ${cells.join(' · ')}`);
}

async function main({ direct, chain, nodes, llama }: Places): Promise<void> {
  const [seconds, rounds] = [numberArgument('seconds', 10), numberArgument('rounds', 5)];
  const clientOf = (target: Target): Client => createClient(target);
  const clients = { direct: clientOf(direct), chain: clientOf(chain), nodes: clientOf(nodes), llama: clientOf(llama) };
  const cases: Record<string, Figures> = {};
  // The first request opens the session.
  await capacityOf(clients.nodes, 2 * NARROW_SLOTS, WARM_UP_SECONDS);
  const capacityRps = await capacityOf(clients.nodes, 2 * NARROW_SLOTS, seconds);
  for (const one of casesOf(capacityRps)) {
    const figures = rounded(figuresOf(one, await measure(one, clients, rounds, seconds)));
    cases[one.name] = figures;
    tell(one.name, figures);
  }
  const talk = rounded(await measureTalk(clients, rounds, seconds));
  tell('llama.cpp', talk);
  await mkdir(join(FILE, '..'), { recursive: true });
  await writeFile(FILE, `${JSON.stringify({ seconds, rounds, cases, llama: talk }, null, 2)}\n`);
  Object.values(clients).forEach((client) => client.close());
}

const places = await startPlaces();
try {
  await main(places);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await places.stop();
}

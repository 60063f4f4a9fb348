import { join } from 'node:path';
import { startFundedChain } from '../packages/system/src/local/funded-chain.js';
import { startConsumer, startProvider } from '../packages/system/src/local/nodes.js';
import { runProgram } from '../packages/system/src/local/process.js';

/** Runs every example against a local chain with a provider and a consumer; nothing is mocked. Needs `npm run build`. */

const TSX = join('node_modules', 'tsx', 'dist', 'cli.mjs');
const HARDHAT = join('node_modules', 'hardhat', 'internal', 'cli', 'bootstrap.js');
const SOLIDITY = join('examples', 'solidity', 'hardhat.config.ts');

interface Example {
  readonly name: string;
  readonly args: readonly string[];
  /** What its output has to say. */
  readonly says: RegExp;
}

const EXAMPLES: readonly Example[] = [
  {
    name: 'a market page from CommonJS',
    args: [join('examples', 'market-page.cjs')],
    says: /tiny-talk {2}0\.00001 MOR\/s/,
  },
  { name: 'quote, open, close', args: [TSX, join('examples', 'open-session.mts')], says: /closed after \d+ s/ },
  { name: 'the openai client', args: [TSX, join('examples', 'ask-openai.mts')], says: /tiny-talk: .*price/ },
  {
    name: 'a Solidity contract',
    args: [HARDHAT, '--config', SOLIDITY, 'test', '--network', 'localhost'],
    says: /1 passing/,
  },
];

const MODEL = 'tiny-talk';
const OFFER = { modelName: MODEL, pricePerSecond: '0.00001', stake: '10' };
const LIMITS = { maxPricePerSecond: '0.001', maxStake: '20000' };

async function run({ name, args, says }: Example, env: Readonly<Record<string, string>>): Promise<void> {
  const lines: string[] = [];
  await runProgram({ name, args, env, onLine: (line) => lines.push(line) });
  const text = lines.join('\n');
  if (!says.test(text)) throw new Error(`${name} does not say ${says}:\n${text}`);
  console.log(`ok      ${name}\n${text.replaceAll(/^/gm, '        ')}`);
}

async function main(): Promise<void> {
  const stops: (() => Promise<void>)[] = [];
  try {
    const { chain, people, stop } = await startFundedChain();
    stops.push(stop);
    const [seller, buyer, integrator] = people;
    if (seller === undefined || buyer === undefined || integrator === undefined) throw new Error('too few people');
    stops.push((await startProvider({ chain, account: seller }, OFFER)).stop);
    const consumer = await startConsumer({ chain, account: buyer }, LIMITS);
    stops.push(consumer.stop);
    const env = {
      YELLOWSTONE_RPC_URL: chain.rpcUrl,
      YELLOWSTONE_DIAMOND: chain.diamond,
      CONSUMER_KEY: integrator.privateKey,
      OPENAI_BASE_URL: `${consumer.url}/v1`,
      OPENAI_API_KEY: consumer.apiKey,
    };
    for (const example of EXAMPLES) await run(example, env);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

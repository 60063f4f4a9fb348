import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyTalkPath } from '@yellowstone/llama';
import type { Account } from './accounts.js';
import { freePort } from './free-port.js';
import type { LocalChain } from './local-chain.js';
import { type Program, runProgram, startProgram } from './process.js';
import { answers, until } from './until.js';

export interface RunningNode {
  readonly url: string;
  readonly program: Program;
  stop(): Promise<void>;
}

export interface ProviderOffer {
  readonly modelName: string;
  /** [MOR] */
  readonly pricePerSecond: string;
  /** [MOR] */
  readonly stake: string;
  /** An OpenAI-compatible server with the model; the embedded llama.cpp by default. */
  readonly backendUrl?: string;
  /** What the server calls the model. */
  readonly backendModel?: string;
}

export interface RunningProvider extends RunningNode {
  readonly modelId: string;
  readonly bidId: string;
}

const CLI = join('packages', 'node', 'dist', 'main.js');
const START_MS = 30_000;
const POLLING_MS = '100';

/** Puts a provider on chain as its operator would, then serves its model with the embedded llama.cpp. */
export async function startProvider(
  { chain, account }: { readonly chain: LocalChain; readonly account: Account },
  { modelName, pricePerSecond, stake, backendUrl, backendModel }: ProviderOffer,
): Promise<RunningProvider> {
  const port = await freePort();
  const env = environmentOf(chain, account);
  const offer = ['--model', modelName, '--price-per-second', pricePerSecond, '--stake', stake, '--tag', 'llm', 'tiny'];
  const lines: string[] = [];
  await runProgram({
    name: 'provider offer',
    args: [CLI, 'provider', 'offer', '--endpoint', `127.0.0.1:${port}`, ...offer],
    env,
    onLine: (line) => lines.push(line),
  });
  const offered = lastJson(lines) as { modelId: string; bidId: string };
  const folder = await mkdtemp(join(tmpdir(), 'yellowstone-provider-'));
  const modelsFile = join(folder, 'models-config.json');
  const backend = backendUrl === undefined ? { embedded: { modelPath: tinyTalkPath } } : { backendUrl, backendModel };
  const model = { modelId: offered.modelId, name: modelName, slots: 2, ...backend };
  await writeFile(modelsFile, JSON.stringify([model]));
  const program = startProgram({
    name: 'provider',
    args: [CLI, 'provider', 'up'],
    env: { ...env, YELLOWSTONE_PROVIDER_PORT: String(port), YELLOWSTONE_MODELS_FILE: modelsFile },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  };
  await startedOrStopped(
    stop,
    until('provider', () => answers(`${url}/yellowstone/info`), { timeoutMs: START_MS, program }),
  );
  return { url, program, stop, modelId: offered.modelId, bidId: offered.bidId };
}

export interface ConsumerLimits {
  /** [MOR per second] */
  readonly maxPricePerSecond: string;
  /** [MOR] */
  readonly maxStake: string;
  readonly payment?: 'pool' | 'direct';
  /** [MOR] */
  readonly maxPay?: string;
}

/** Starts a consumer node that may spend within limits. */
export async function startConsumer(
  { chain, account }: { readonly chain: LocalChain; readonly account: Account },
  { maxPricePerSecond, maxStake, payment = 'pool', maxPay = '0' }: ConsumerLimits,
): Promise<RunningNode> {
  const port = await freePort();
  const program = startProgram({
    name: 'consumer',
    args: [CLI, 'consumer', 'up'],
    env: {
      ...environmentOf(chain, account),
      YELLOWSTONE_CONSUMER_PORT: String(port),
      YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: maxPricePerSecond,
      YELLOWSTONE_MAX_STAKE_MOR: maxStake,
      YELLOWSTONE_MAX_PAY_MOR: maxPay,
      YELLOWSTONE_PAYMENT: payment,
      YELLOWSTONE_ALLOW_PRIVATE_ENDPOINTS: 'true',
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = (): Promise<void> => program.stop();
  await startedOrStopped(
    stop,
    until('consumer', () => answers(`${url}/v1/models`), { timeoutMs: START_MS, program }),
  );
  return { url, program, stop };
}

function environmentOf(chain: LocalChain, account: Account): Record<string, string> {
  return {
    YELLOWSTONE_RPC_URL: chain.rpcUrl,
    YELLOWSTONE_DIAMOND: chain.diamond,
    YELLOWSTONE_PRIVATE_KEY: account.privateKey,
    YELLOWSTONE_POLLING_MS: POLLING_MS,
  };
}

async function startedOrStopped(stop: () => Promise<void>, started: Promise<void>): Promise<void> {
  try {
    await started;
  } catch (error) {
    await stop();
    throw error;
  }
}

function lastJson(lines: readonly string[]): unknown {
  const line = [...lines].reverse().find((candidate) => candidate.startsWith('{'));
  if (line === undefined) throw new Error(`no JSON in the output:\n${lines.join('\n')}`);
  return JSON.parse(line);
}

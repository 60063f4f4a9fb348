import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tinyTalkPath } from '@yellowstone/llama';
import { type Bytes32, modelIdOf, parseAddress } from '@yellowstone/protocol';
import { id as keccakOfText } from 'ethers';
import type { Account } from './accounts.js';
import { freePort } from './free-port.js';
import type { LocalChain } from './local-chain.js';
import { makeNodeFolder, type NodeFolder } from './node-folder.js';
import { type Program, type ProgramOptions, runProgram, startProgram } from './process.js';
import { readReady, START_MS } from './ready.js';

export interface RunningNode {
  readonly url: string;
  /** Another one after a restart. */
  readonly program: Program;
  /** Starts the program again after its end, at the same place, and waits until it says that it is ready. */
  restart(): Promise<void>;
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
  /** Answers at the same time; 2 by default. */
  readonly slots?: number;
  /** Any free one by default. */
  readonly port?: number;
  /** Port of the endpoint on chain, when something stands in front of the node. */
  readonly endpointPort?: number;
  /** Models of others on which the provider has bids of its own, with the same backend. */
  readonly alsoServes?: readonly { readonly modelId: string; readonly name: string }[];
  /** More settings. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningConsumer extends RunningNode {
  /** For the header `Authorization: Bearer …`. */
  readonly apiKey: string;
}

/** Whose node it is, and on which chain. */
export interface NodePlace {
  readonly chain: Pick<LocalChain, 'rpcUrl' | 'diamond'>;
  readonly account: Account;
  /** What it keeps; a new folder, gone with the node, by default. */
  readonly folder?: NodeFolder;
}

export interface RunningProvider extends RunningNode {
  readonly modelId: string;
  readonly bidId: string;
}

const CLI = join('packages', 'node', 'dist', 'main.js');
const POLLING_MS = '100';

/** Puts a provider on chain as its operator would, then serves its model with the embedded llama.cpp. */
export async function startProvider(
  { chain, account, folder: given }: NodePlace,
  { modelName, pricePerSecond, stake, backendUrl, backendModel, slots = 2, alsoServes = [], ...options }: ProviderOffer,
): Promise<RunningProvider> {
  const port = options.port ?? (await freePort());
  const folder = given ?? (await makeNodeFolder());
  const env = environmentOf(chain, account, folder);
  const offer = ['--model', modelName, '--price-per-second', pricePerSecond, '--stake', stake, '--tag', 'llm', 'tiny'];
  const modelsFile = join(folder.path, 'models-config.json');
  const backend = backendUrl === undefined ? { embedded: { modelPath: tinyTalkPath } } : { backendUrl, backendModel };
  // The id follows from owner and name, so that the node can start while its offer is put on chain, out of a folder of
  // its own because the node uses the other one.
  const offerFolder = await makeNodeFolder();
  const modelId = modelIdOf(parseAddress(account.address), keccakOfText(modelName) as Bytes32);
  const served = [{ modelId, name: modelName }, ...alsoServes].map((model) => ({ ...model, slots, ...backend }));
  await writeFile(modelsFile, JSON.stringify(served));
  const lines: string[] = [];
  const offering = runProgram({
    name: 'provider offer',
    args: [CLI, '--json', 'provider', 'offer', '--endpoint', `127.0.0.1:${options.endpointPort ?? port}`, ...offer],
    env: { ...env, ...offerFolder.settings },
    onLine: (line) => lines.push(line),
  });
  const url = `http://127.0.0.1:${port}`;
  const node = runNode({
    name: 'provider',
    args: [CLI, 'provider', 'up'],
    env: {
      ...env,
      YELLOWSTONE_PROVIDER_PORT: String(port),
      YELLOWSTONE_PROVIDER_API_PORT: '0',
      YELLOWSTONE_MODELS_FILE: modelsFile,
      ...options.env,
    },
    afterwards: async () => (given === undefined ? folder.remove() : undefined),
  });
  await startedOrStopped(node.stop, Promise.all([offering, node.restart()])).finally(offerFolder.remove);
  const { bidId } = lastJson(lines, 'bidId') as { bidId: string };
  return Object.assign(node, { url, modelId, bidId });
}

export interface ConsumerLimits {
  /** [MOR per second] */
  readonly maxPricePerSecond: string;
  /** [MOR] */
  readonly maxStake: string;
  readonly payment?: 'pool' | 'direct';
  /** [MOR] */
  readonly maxPay?: string;
  /** More settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a consumer node that may spend within limits. */
export async function startConsumer(
  { chain, account, folder: given }: NodePlace,
  { maxPricePerSecond, maxStake, payment = 'pool', maxPay = '0', env: more }: ConsumerLimits,
): Promise<RunningConsumer> {
  const port = await freePort();
  const folder = given ?? (await makeNodeFolder());
  const url = `http://127.0.0.1:${port}`;
  const { apiKey } = folder;
  const node = runNode({
    name: 'consumer',
    args: [CLI, 'consumer', 'up'],
    env: {
      ...environmentOf(chain, account, folder),
      YELLOWSTONE_CONSUMER_PORT: String(port),
      YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: maxPricePerSecond,
      YELLOWSTONE_MAX_STAKE_MOR: maxStake,
      YELLOWSTONE_MAX_PAY_MOR: maxPay,
      YELLOWSTONE_PAYMENT: payment,
      YELLOWSTONE_ALLOW_PRIVATE_ENDPOINTS: 'true',
      ...more,
    },
    afterwards: async () => (given === undefined ? folder.remove() : undefined),
  });
  await startedOrStopped(node.stop, node.restart());
  return Object.assign(node, { url, apiKey });
}

interface NodeRun extends ProgramOptions {
  readonly afterwards: () => Promise<void>;
}

/** A node that can be started again; it does not run yet. */
function runNode({ afterwards, ...options }: NodeRun): Omit<RunningNode, 'url'> {
  let program: Program | undefined;
  return {
    get program() {
      if (program === undefined) throw new Error(`${options.name} was not started`);
      return program;
    },
    async restart() {
      program = startProgram(options);
      await program.says(readReady, START_MS);
    },
    async stop() {
      await program?.stop();
      await afterwards();
    },
  };
}

/** The header that opens a consumer node. */
export function bearer(apiKey: string): Record<string, string> {
  return { authorization: `Bearer ${apiKey}` };
}

function environmentOf(chain: NodePlace['chain'], account: Account, { settings }: NodeFolder): Record<string, string> {
  return {
    YELLOWSTONE_RPC_URL: chain.rpcUrl,
    YELLOWSTONE_DIAMOND: chain.diamond,
    YELLOWSTONE_PRIVATE_KEY: account.privateKey,
    ...settings,
    YELLOWSTONE_POLLING_MS: POLLING_MS,
  };
}

async function startedOrStopped(stop: () => Promise<void>, started: Promise<unknown>): Promise<void> {
  try {
    await started;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The answer of a program, among the lines of its log. */
function lastJson(lines: readonly string[], field: string): unknown {
  const line = [...lines].reverse().find((one) => one.startsWith('{') && one.includes(`"${field}"`));
  if (line === undefined) throw new Error(`no JSON with ${field} in the output:\n${lines.join('\n')}`);
  return JSON.parse(line);
}

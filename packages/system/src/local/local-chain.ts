import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonRpcProvider } from 'ethers';
import { freePort } from './free-port.js';
import { runProgram, startProgram } from './process.js';
import { until } from './until.js';

export interface LocalChain {
  readonly rpcUrl: string;
  /** Addresses of the deployment. */
  readonly diamond: string;
  readonly mor: string;
  /** Lets time pass [s] and mines a block. */
  advance(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

interface Exported {
  readonly contracts: Readonly<Record<string, { readonly address: string }>>;
}

const HARDHAT = join('node_modules', 'hardhat', 'internal', 'cli', 'bootstrap.js');
const START_MS = 60_000;

/** A chain in a child process with everything deployed by the real steps; on any free port by default. */
export async function startLocalChain(options: { readonly port?: number } = {}): Promise<LocalChain> {
  const port = options.port ?? (await freePort());
  const rpcUrl = `http://127.0.0.1:${port}`;
  const program = startProgram({
    name: 'local chain',
    args: [HARDHAT, 'node', '--port', String(port), '--hostname', '127.0.0.1', '--no-deploy'],
  });
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 });
  try {
    await until('local chain', async () => (await postRpc(rpcUrl, 'eth_chainId')) !== undefined, {
      timeoutMs: START_MS,
      program,
    });
    const addresses = await deploy(rpcUrl);
    return {
      rpcUrl,
      ...addresses,
      async advance(seconds) {
        await provider.send('evm_increaseTime', [seconds]);
        await provider.send('evm_mine', []);
      },
      async stop() {
        provider.destroy();
        await program.stop();
      },
    };
  } catch (error) {
    provider.destroy();
    await program.stop();
    throw error;
  }
}

async function deploy(rpcUrl: string): Promise<Pick<LocalChain, 'diamond' | 'mor'>> {
  const folder = await mkdtemp(join(tmpdir(), 'yellowstone-'));
  try {
    const file = join(folder, 'deployment.json');
    await runProgram({
      name: 'deployment',
      args: [
        HARDHAT,
        'deploy',
        '--network',
        'localhost',
        '--no-compile',
        '--reset',
        '--write',
        'false',
        '--export',
        file,
      ],
      env: { YELLOWSTONE_RPC_URL: rpcUrl },
    });
    const { contracts } = JSON.parse(await readFile(file, 'utf8')) as Exported;
    return { diamond: addressOf(contracts, 'Yellowstone'), mor: addressOf(contracts, 'DevMor') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function addressOf(contracts: Exported['contracts'], name: string): string {
  const contract = contracts[name];
  if (contract === undefined) throw new Error(`the deployment has no ${name}: ${Object.keys(contracts).join(', ')}`);
  return contract.address;
}

async function postRpc(rpcUrl: string, method: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(rpcUrl, { method: 'POST', body, headers, signal: AbortSignal.timeout(1_000) });
  return ((await answer.json()) as { result?: unknown }).result;
}

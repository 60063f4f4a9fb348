import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonRpcProvider } from 'ethers';
import { runProgram, startProgram } from './process.js';
import { START_MS } from './ready.js';

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

/** A chain in a child process with everything deployed by the real steps; on any free port by default. */
export async function startLocalChain(options: { readonly port?: number } = {}): Promise<LocalChain> {
  const port = String(options.port ?? 0);
  const program = startProgram({
    name: 'local chain',
    args: [HARDHAT, 'node', '--port', port, '--hostname', '127.0.0.1', '--no-deploy'],
  });
  let provider: JsonRpcProvider | undefined;
  try {
    const rpcUrl = await program.says(readStarted, START_MS);
    const chain = (provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 }));
    const addresses = await deploy(rpcUrl);
    return {
      rpcUrl,
      ...addresses,
      async advance(seconds) {
        await chain.send('evm_increaseTime', [seconds]);
        await chain.send('evm_mine', []);
      },
      async stop() {
        chain.destroy();
        await program.stop();
      },
    };
  } catch (error) {
    provider?.destroy();
    await program.stop();
    throw error;
  }
}

/** Where the chain of Hardhat listens, if the line says it. */
function readStarted(line: string): string | undefined {
  return /Started HTTP and WebSocket JSON-RPC server at (http:\/\/[\d.]+:\d+)\//.exec(line)?.[1];
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

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HDNodeWallet, JsonRpcProvider } from 'ethers';

/** A chain of its own in a child process. */
export interface LocalChain {
  readonly rpcUrl: string;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../../../..');
const DEV_MNEMONIC = 'test test test test test test test test test test test junk';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/** Private key of a funded account of the local chain. */
export function devKey(index: number): string {
  return HDNodeWallet.fromPhrase(DEV_MNEMONIC, undefined, `m/44'/60'/0'/0/${index}`).privateKey;
}

/**
 * Starts `hardhat node` on a free port. From then on tests make every block themselves.
 * @param options of the command, such as `--no-deploy`
 */
export async function startLocalChain(options: readonly string[]): Promise<LocalChain> {
  const hardhat = join(ROOT, 'node_modules/.bin/hardhat');
  // --no-reset: other chains of this repository may run at the same time and keep their records there.
  const args = [hardhat, 'node', '--hostname', '127.0.0.1', '--port', '0', '--no-reset', ...options];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  try {
    const rpcUrl = await listening(child);
    await stopInterval(rpcUrl);
    return { rpcUrl, stop: () => stopped(child) };
  } catch (cause) {
    await stopped(child);
    throw new Error(`hardhat node did not start: ${complaints.join('')}`, { cause });
  }
}

/** A provider for preparing and steering the chain. */
export function devProvider({ rpcUrl }: LocalChain): JsonRpcProvider {
  return new JsonRpcProvider(rpcUrl, 31_337, { staticNetwork: true, cacheTimeout: -1, pollingInterval: POLL_MS });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Where the chain listens, by its own word: any server could answer at a port that was free before. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`it did not listen within ${START_TIMEOUT_MS} ms`)),
      START_TIMEOUT_MS,
    );
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    // Read to its end: a full pipe would stop the chain.
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const url = /JSON-RPC server at (http:\/\/[\d.]+:\d+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

async function stopInterval(rpcUrl: string): Promise<void> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'evm_setIntervalMining', params: [0] });
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  const answer = await fetch(rpcUrl, { method: 'POST', headers, body, signal });
  if (!answer.ok) throw new Error(`evm_setIntervalMining answers ${answer.status}`);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

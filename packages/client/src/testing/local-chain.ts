import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
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
 * Starts `hardhat node` on a free port.
 * @param options of the command, such as `--no-deploy`
 */
export async function startLocalChain(options: readonly string[]): Promise<LocalChain> {
  const port = await freePort();
  const hardhat = join(ROOT, 'node_modules/.bin/hardhat');
  // --no-reset: other chains of this repository may run at the same time and keep their records there.
  const args = [hardhat, 'node', '--hostname', '127.0.0.1', '--port', String(port), '--no-reset', ...options];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  const complaints: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  const rpcUrl = `http://127.0.0.1:${port}`;
  try {
    await answering(rpcUrl, child);
  } catch (cause) {
    await stopped(child);
    throw new Error(`hardhat node did not start: ${complaints.join('')}`, { cause });
  }
  return { rpcUrl, stop: () => stopped(child) };
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

async function answering(rpcUrl: string, child: ChildProcess): Promise<void> {
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  for (;;) {
    signal.throwIfAborted();
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    // The answer to the first call that gets through: from now on tests make every block themselves.
    if (await stopInterval(rpcUrl, signal)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function stopInterval(rpcUrl: string, signal: AbortSignal): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'evm_setIntervalMining', params: [0] });
  const headers = { 'content-type': 'application/json' };
  try {
    return (await fetch(rpcUrl, { method: 'POST', headers, body, signal })).ok;
  } catch {
    return false;
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

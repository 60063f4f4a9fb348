import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DevMor__factory, type DevMor } from '@yellowstone/contracts';
import { HDNodeWallet, JsonRpcProvider, NonceManager, Wallet } from 'ethers';

/** A chain in a child process with a MOR token, and a contract that is just enough of a diamond to connect to. */
export interface LocalChain {
  readonly rpcUrl: string;
  readonly provider: JsonRpcProvider;
  readonly mor: DevMor;
  readonly diamond: string;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../../../..');
const HARDHAT = join(ROOT, 'node_modules/hardhat/internal/cli/bootstrap.js');
const MNEMONIC = 'test test test test test test test test test test test junk';
const START_MS = 90_000;
const LOOK_MS = 100;

/** Private key of a funded account. */
export function devKey(index: number): string {
  return HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/0'/0/${index}`).privateKey;
}

export async function startLocalChain(): Promise<LocalChain> {
  // --no-reset: other chains of this repository may run at the same time and keep their records there.
  const args = [HARDHAT, 'node', '--no-deploy', '--no-reset', '--hostname', '127.0.0.1', '--port', '0'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
  let provider: JsonRpcProvider | undefined;
  const stop = async (): Promise<void> => {
    provider?.destroy();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  try {
    const rpcUrl = await listening(child);
    const network = { staticNetwork: true, cacheTimeout: -1, pollingInterval: LOOK_MS };
    provider = new JsonRpcProvider(rpcUrl, 31_337, network);
    await provider.send('evm_setIntervalMining', [0]);
    const deployer = new NonceManager(new Wallet(devKey(0), provider));
    const mor = await new DevMor__factory(deployer).deploy();
    return { rpcUrl, provider, mor, diamond: await deployStandIn(deployer, await mor.getAddress()), stop };
  } catch (cause) {
    await stop();
    throw new Error('the local chain did not start', { cause });
  }
}

/** Code that answers every call with the address of MOR. */
async function deployStandIn(deployer: NonceManager, mor: string): Promise<string> {
  const code = `73${mor.slice(2)}5f5260205ff3`;
  const length = (code.length / 2).toString(16);
  const sent = await deployer.sendTransaction({ data: `0x60${length}600c60003960${length}6000f3${code}` });
  return (await sent.wait())?.contractAddress ?? '';
}

/** Where the chain listens, by its own word: any server could answer at a port that was free before. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it did not listen within ${START_MS} ms`)), START_MS);
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

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

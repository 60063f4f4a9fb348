import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatMor } from '@yellowstone/protocol';
import { requireFree } from './free-port.js';
import { startFundedChain } from './funded-chain.js';
import { REPOSITORY } from './repository.js';

/**
 * `npm run local [-- --port 8545]`: a chain with everything deployed and funded, until Ctrl-C. `.local/env` tells other
 * terminals where it is. Ends with an error if the port is taken.
 */

const PORT = 8_545;
const FOLDER = join(REPOSITORY, '.local');
const ENV_FILE = join(FOLDER, 'env');
/** Databases of the guide's nodes; those of an earlier chain are of no use. */
const DATA = join(FOLDER, 'data');
const NODE_PROGRAM = join(REPOSITORY, 'packages', 'node', 'dist', 'main.js');
/** Who is who in the guide. */
const ROLES = ['provider', 'consumer'];

function envFile(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `export ${name}=${value}`);
  const command = `yellowstone() { node '${NODE_PROGRAM}' "$@"; }`;
  return ['# Written by `npm run local`; its keys are public and worth nothing.', ...lines, command, ''].join('\n');
}

function portOf(args: readonly string[]): number {
  const at = args.indexOf('--port');
  const port = at === -1 ? PORT : Number(args[at + 1]);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('--port needs a port from 1 to 65535');
  return port;
}

try {
  const port = portOf(process.argv);
  await requireFree(port);
  const { chain, reads, people, stop } = await startFundedChain({ port });
  const env = {
    YELLOWSTONE_RPC_URL: chain.rpcUrl,
    YELLOWSTONE_DIAMOND: chain.diamond,
    YELLOWSTONE_MOR: chain.mor,
    PROVIDER_DATA: join(DATA, 'provider'),
    CONSUMER_DATA: join(DATA, 'consumer'),
    PROVIDER_KEY: people[0]?.privateKey ?? '',
    CONSUMER_KEY: people[1]?.privateKey ?? '',
  };
  await rm(DATA, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(ENV_FILE, envFile(env));

  const { balanceMor } = await reads.pool();
  console.log(`chain    ${chain.rpcUrl}\ndiamond  ${chain.diamond}\nMOR      ${chain.mor}`);
  console.log(`pool     ${formatMor(balanceMor)} MOR\n`);
  people.forEach(({ address, privateKey }, at) =>
    console.log(`${(ROLES[at] ?? '').padEnd(8)} ${address}  ${privateKey}`),
  );
  console.log('\nThe keys are public; use them nowhere else. In other terminals: source .local/env\n');
  console.log(
    JSON.stringify({ ready: true, role: 'chain', url: chain.rpcUrl, diamond: chain.diamond, mor: chain.mor }),
  );

  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await rm(ENV_FILE, { force: true });
  await stop();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

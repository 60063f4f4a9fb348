import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../local/accounts.js';
import { NODE_PROGRAM } from '../local/command-line.js';
import { freePort } from '../local/free-port.js';
import type { LocalChain } from '../local/local-chain.js';
import type { NodeFolder } from '../local/node-folder.js';
import { bearer } from '../local/nodes.js';
import { type Program, startProgram } from '../local/process.js';
import { readReady, START_MS } from '../local/ready.js';

/** A provider's node with nothing to serve yet, as its operator meets it over HTTP. */
export interface OperatorNode {
  readonly program: Program;
  readonly apiUrl: string;
  /** Sends a request of the operator; an idempotency key makes it repeatable. */
  post(path: string, body?: object, idempotencyKey?: string): Promise<Response>;
}

interface OperatorPlace {
  readonly chain: Pick<LocalChain, 'rpcUrl' | 'diamond'>;
  readonly account: Account;
  readonly folder: NodeFolder;
}

/** Starts it, and waits for the line that says where its API is. */
export async function startOperatorNode({ chain, account, folder }: OperatorPlace): Promise<OperatorNode> {
  const modelsFile = join(folder.path, 'models-config.json');
  await writeFile(modelsFile, '[]');
  const program = startProgram({
    name: 'provider',
    args: [NODE_PROGRAM, 'provider', 'up'],
    env: {
      YELLOWSTONE_RPC_URL: chain.rpcUrl,
      YELLOWSTONE_DIAMOND: chain.diamond,
      YELLOWSTONE_PRIVATE_KEY: account.privateKey,
      ...folder.settings,
      YELLOWSTONE_POLLING_MS: '100',
      YELLOWSTONE_MODELS_FILE: modelsFile,
      YELLOWSTONE_PROVIDER_PORT: String(await freePort()),
      YELLOWSTONE_PROVIDER_API_PORT: '0',
    },
  });
  const { apiUrl = '' } = await program.says(readReady, START_MS);
  return {
    program,
    apiUrl,
    post: (path, body, key) =>
      fetch(`${apiUrl}${path}`, {
        method: 'POST',
        headers: {
          ...bearer(folder.apiKey),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

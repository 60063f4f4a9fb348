import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type FundedChain, startFundedChain } from '../local/funded-chain.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Tells where the chain of this run is; starts it for who asks first. */
    sharedChainUrl: string;
  }
}

/** One funded chain for all files of a run; a run of files that need none starts none. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<FundedChain> | undefined;
  const server = createServer((_, response) => {
    starting ??= startFundedChain();
    starting.then(
      ({ chain: { rpcUrl, diamond, mor } }) => response.end(JSON.stringify({ rpcUrl, diamond, mor })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  project.provide('sharedChainUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    await (await starting?.catch(() => undefined))?.stop();
  };
}

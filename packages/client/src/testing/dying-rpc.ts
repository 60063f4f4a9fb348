import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An RPC endpoint in front of a chain that dies for good when it is asked for one method. */
export interface DyingRpc {
  readonly rpcUrl: string;
  /** Methods of each request that came while it lived. */
  readonly requests: string[][];
  /** @param moment whether the chain gets the call that kills it */
  dieAt(method: string, moment: 'before' | 'after'): void;
  isDead(): boolean;
  close(): void;
}

export async function startDyingRpc(behind: string): Promise<DyingRpc> {
  let death: { readonly method: string; readonly moment: 'before' | 'after' } | undefined;
  let isDead = false;
  const requests: string[][] = [];
  const headers = { 'content-type': 'application/json' };
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      if (isDead) return void request.socket.destroy();
      const methods = [JSON.parse(body) as { method: string } | { method: string }[]]
        .flat()
        .map(({ method }) => method);
      requests.push(methods);
      isDead = death !== undefined && methods.includes(death.method);
      if (isDead && death?.moment === 'before') return void request.socket.destroy();
      const answer = await (await fetch(behind, { method: 'POST', headers, body })).text();
      if (isDead) return void request.socket.destroy();
      response.writeHead(200, headers).end(answer);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    dieAt(method, moment) {
      death = { method, moment };
    },
    isDead: () => isDead,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A proxy in front of a node that passes the first call of one method on and drops the connection instead of answering. */
export async function losingAnswers(
  rpcUrl: string,
  method: string,
): Promise<{ readonly rpcUrl: string; lost(): number; close(): void }> {
  let lost = 0;
  const headers = { 'content-type': 'application/json' };
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const answer = await (await fetch(rpcUrl, { method: 'POST', headers, body })).text();
      if (lost === 0 && body.includes(method)) {
        lost += 1;
        request.socket.destroy();
      } else response.writeHead(200, headers).end(answer);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lost: () => lost, close };
}

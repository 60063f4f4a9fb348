import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

// The floor that nodes are measured against: `bare-proxy.js <target>` passes bytes on, and does nothing else.
const target = process.argv[2] ?? '';
const agent = new Agent({ keepAlive: true });
const server = createServer((incoming, outgoing) => {
  const { method, url = '/', headers } = incoming;
  const onward = request(new URL(url, target), { method, headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
});
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`));

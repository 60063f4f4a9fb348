import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy between two nodes that keeps every byte and can change them. */
export interface WireTap {
  /** `host:port` */
  readonly endpoint: string;
  /** Everything that passed, both ways. */
  bytes(): Buffer;
  /** What consumers sent. */
  sent(): Buffer;
  /** Changes what a provider answers, piece by piece. */
  change: (piece: Buffer) => Buffer;
  /** Ends all connections; new ones can be made. */
  cut(): void;
  stop(): Promise<void>;
}

export async function tapWire(port: number): Promise<WireTap> {
  const [all, sent]: [Buffer[], Buffer[]] = [[], []];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (piece: Buffer) => {
      all.push(piece);
      sent.push(piece);
      upstream.write(piece);
    });
    upstream.on('data', (piece: Buffer) => {
      all.push(piece);
      client.write(tap.change(piece));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tap: WireTap = {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => Buffer.concat(all),
    sent: () => Buffer.concat(sent),
    change: (piece) => piece,
    cut() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    async stop() {
      tap.cut();
      server.close();
      await once(server, 'close');
    },
  };
  return tap;
}

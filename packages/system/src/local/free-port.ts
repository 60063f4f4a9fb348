import { createServer, type AddressInfo } from 'node:net';

/** A TCP port of the loopback interface that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** @throws Error if somebody listens on the port of the loopback interface already. */
export function requireFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => reject(new Error(`port ${port} is taken; choose another one`, { cause })));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, so that none of those takes it before its server does. */
const FIRST_PORT = 15_000;
const END_PORT = 32_000;
const TRIES = 100;

/** A TCP port of the loopback interface that is free now. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(FIRST_PORT, END_PORT);
    const isFree = await requireFree(port).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
  throw new Error(`none of ${TRIES} ports from ${FIRST_PORT} to ${END_PORT - 1} is free`);
}

/** @throws Error if somebody listens on the port of the loopback interface already. */
export function requireFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => reject(new Error(`port ${port} is taken; choose another one`, { cause })));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

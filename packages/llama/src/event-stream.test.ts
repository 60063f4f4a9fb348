import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventStream } from './event-stream.js';
import type { EventStream } from './event-stream.js';

const MEBIBYTE = 1024 * 1024;
/** More than loopback sockets buffer, so that a reader who stops reading is felt. */
const MANY_EVENTS = 64;

let server: Server;

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A real connection whose reader does nothing yet. */
async function connect({ stallTimeoutMs }: { stallTimeoutMs: number }) {
  const requested = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false });
  request.on('error', () => {});
  // Without a listener Node would read the answer and throw it away.
  request.on('response', () => {});
  const [, response] = await requested;
  const controller = new AbortController();
  response.once('close', () => controller.abort(new Error('gone')));
  const stream = createEventStream(response, { signal: controller.signal, stallTimeoutMs });
  return { request, response, stream };
}

async function sendMuch(stream: EventStream): Promise<void> {
  for (let i = 0; i < MANY_EVENTS; i++) await stream.send({ i, text: 'a'.repeat(MEBIBYTE) });
}

describe('an event stream', () => {
  it('drops a reader that takes nothing for too long', async () => {
    const { response, stream } = await connect({ stallTimeoutMs: 50 });
    await expect(sendMuch(stream)).rejects.toThrow('aborted');
    expect(response.destroyed).toBe(true);
  });

  it('waits for a slow reader and never holds more than the events it has not taken', async () => {
    const { request, response, stream } = await connect({ stallTimeoutMs: 10_000 });
    const responded = once(request, 'response') as Promise<[IncomingMessage]>;
    let received = 0;
    let most = 0;
    const sending = sendMuch(stream).then(() => stream.end());
    const [incoming] = await responded;
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      received += chunk.length;
      most = Math.max(most, response.writableLength);
    }
    await sending;
    expect(received).toBeGreaterThan(MANY_EVENTS * MEBIBYTE);
    expect(most).toBeLessThan(2 * MEBIBYTE);
  });

  it('sends nothing once its request is aborted', async () => {
    const { request, response, stream } = await connect({ stallTimeoutMs: 1_000 });
    request.destroy();
    await once(response, 'close');
    await expect(stream.send({})).rejects.toThrow('gone');
    expect(response.headersSent).toBe(false);
  });
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePortServer, type TestServer } from '../testing/test-server.js';
import { exchange, exchangeFailureOf, type ExchangeRequest, readBody } from './exchange.js';

let dispatcher: Agent;
let server: Server;
let place: TestServer;
let connections: number;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  dispatcher = new Agent({ connect: { timeout: 300 } });
  connections = 0;
  answer = (_, response) => void response.end('{}');
  server = createServer((request, response) => answer(request, response));
  server.on('connection', () => (connections += 1));
  place = await freePortServer(server);
});
afterEach(async () => {
  await dispatcher.destroy();
  await place.stop();
});

const timeouts = { connectMs: 300, firstByteMs: 300, idleMs: 300 };
const send = (change: Partial<ExchangeRequest> = {}) => {
  const signal = new AbortController().signal;
  const body = Buffer.from('{"a":1}');
  return exchange({ dispatcher, method: 'POST', url: `${place.url}/v1/x?y=1`, body, signal, timeouts, ...change });
};
const text = async (change: Partial<ExchangeRequest> = {}) => {
  const bytes = await readBody((await send(change)).body, 1_000);
  // The connection is free again a turn after the answer.
  await turn();
  return String(bytes);
};

describe('exchange', () => {
  it('sends what it is given and gives what comes', async () => {
    const heard: unknown[] = [];
    answer = (request, response) => {
      heard.push(request.method, request.url, request.headers['content-type'], request.headers['x-a']);
      request.pipe(response.writeHead(429, { 'content-type': 'text/plain', 'retry-after': '7' }));
    };
    const { status, contentType, retryAfterSeconds, body } = await send({ headers: { 'x-a': 'b' } });
    expect([status, contentType, retryAfterSeconds]).toEqual([429, 'text/plain', 7]);
    expect(String(await readBody(body, 100))).toBe('{"a":1}');
    expect(heard).toEqual(['POST', '/v1/x?y=1', 'application/json', 'b']);
  });

  it('keeps connections when told to, and only then', async () => {
    for (const _ of [1, 2, 3]) await text({ connection: 'kept' });
    expect(connections).toBe(1);
    for (const _ of [1, 2, 3]) await text();
    expect(connections).toBe(3);
  });

  it('sends once more when a kept connection dies in the moment in which it is used', async () => {
    await text({ connection: 'kept' });
    let asked = 0;
    answer = (request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else request.pipe(response);
    };
    expect(await text({ connection: 'kept' })).toBe('{"a":1}');
    expect(asked).toBe(2);
  });

  it('does not send again what died on a new connection', async () => {
    let asked = 0;
    answer = (request) => {
      asked += 1;
      request.socket.end();
    };
    const failure = await send({ connection: 'kept' }).catch(exchangeFailureOf);
    expect([failure, asked]).toEqual(['broken', 1]);
  });

  it('follows no redirect (scenario 37)', async () => {
    answer = (_, response) => void response.writeHead(307, { location: place.url }).end();
    expect((await send()).status).toBe(307);
  });

  it.each([
    ['does not answer', () => undefined],
    ['stops in the middle', (_: IncomingMessage, response: ServerResponse) => void response.write('{')],
  ])('gives up on who %s', async (_, silent) => {
    answer = silent;
    expect(await text().catch(exchangeFailureOf)).toBe('timeout');
  });

  it('says when nobody is there', async () => {
    await place.stop();
    expect(await send().catch(exchangeFailureOf)).toBe('unreachable');
    place = await freePortServer(createServer());
  });

  it.each(['before', 'in the middle of'])('stops %s an answer when its signal does', async (when) => {
    let left = false;
    answer = (_, response) => {
      if (when !== 'before') response.write('{');
      response.once('close', () => (left = true));
    };
    const leaving = new AbortController();
    const reading = text({ signal: leaving.signal }).catch(exchangeFailureOf);
    await vi.waitFor(() => expect(connections).toBe(1));
    await sleep(50);
    leaving.abort();
    expect(await reading).toBe('aborted');
    await vi.waitFor(() => expect(left).toBe(true), { timeout: 250, interval: 5 });
  });

  it('does not read ahead of its reader, and loses nothing', async () => {
    const chunk = Buffer.alloc(65_536, 'x');
    let written = 0;
    answer = async (_, response) => {
      while (written < 300) {
        written += 1;
        if (!response.write(chunk)) await once(response, 'drain');
      }
      response.end();
    };
    const { body } = await send();
    expect(await body.next()).toBeDefined();
    await sleep(100);
    expect(written).toBeLessThan(250);
    expect((await readBody(body, 30_000_000)).length).toBeGreaterThan(299 * 65_536);
  });

  it('lets go of the connection when its reader leaves', async () => {
    let left = false;
    answer = (_, response) => {
      response.write('{');
      response.once('close', () => (left = true));
    };
    const { body } = await send();
    await body.next();
    body.leave();
    await expect(body.next()).rejects.toThrow();
    await vi.waitFor(() => expect(left).toBe(true), { timeout: 250, interval: 5 });
  });
});

describe('readBody', () => {
  it('takes no more than its limit', async () => {
    answer = (_, response) => void response.end(Buffer.alloc(2_000));
    await expect(readBody((await send()).body, 1_000)).rejects.toThrow(RangeError);
  });
});

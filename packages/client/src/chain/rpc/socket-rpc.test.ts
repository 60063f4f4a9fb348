import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { JsonRpcPayload } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createManualTiming, type ManualTiming } from '../../testing/manual-timing.js';
import type { PostRpc } from './post-rpc.js';
import { parseRpcUrls, type RpcAddress } from './rpc-address.js';
import { createSocketRpc } from './socket-rpc.js';

interface Call {
  readonly id: number;
  readonly method: string;
}

const TIMEOUT = 1_000;
const call = (id: number, method: string): JsonRpcPayload => ({ jsonrpc: '2.0', id, method, params: [] });

let server: WebSocketServer;
let sockets: WebSocket[];
/** What the server does with a call. */
let answer: (call: Call, socket: WebSocket) => void;
let headers: (string | undefined)[];
let timing: ManualTiming;
let closing: AbortController;
let ask: PostRpc;
let address: RpcAddress;

const tell = (socket: WebSocket, message: object): void => socket.send(JSON.stringify({ jsonrpc: '2.0', ...message }));
const echo = ({ id, method }: Call, socket: WebSocket): void => tell(socket, { id, result: method });

beforeEach(async () => {
  [sockets, headers, answer] = [[], [], echo];
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    sockets.push(socket);
    headers.push(request.headers.authorization);
    socket.on('message', (data: Buffer) => answer(JSON.parse(data.toString()) as Call, socket));
  });
  await once(server, 'listening');
  [address] = parseRpcUrls([`ws://me:pass@127.0.0.1:${(server.address() as AddressInfo).port}/secret`]) as [RpcAddress];
  timing = createManualTiming();
  closing = new AbortController();
  ask = createSocketRpc({ timing, timeoutMs: TIMEOUT, signal: closing.signal });
});
afterEach(async () => {
  closing.abort();
  sockets.forEach((socket) => socket.terminate());
  server.close();
});

describe('createSocketRpc', () => {
  it('asks many at once over one connection, and gives each its own answers in order', async () => {
    const held: (() => void)[] = [];
    answer = (one, socket) => {
      held.push(() => echo(one, socket));
      // The last one is answered first.
      if (held.length === 4) held.reverse().forEach((tellOne) => tellOne());
    };
    // The numbers of two callers are the same.
    const both = await Promise.all([
      ask(address, [call(1, 'a'), call(2, 'b')]),
      ask(address, [call(1, 'c'), call(2, 'd')]),
    ]);
    const results = (one: string, other: string) => ({
      kind: 'answers',
      answers: [
        { id: 1, result: one },
        { id: 2, result: other },
      ],
      isBehind: false,
    });
    expect(both).toEqual([results('a', 'b'), results('c', 'd')]);
    expect([sockets.length, headers]).toEqual([1, [`Basic ${btoa('me:pass')}`]]);
  });

  it('tells errors of calls, limits and lacking blocks as over HTTP', async () => {
    answer = ({ id }, socket) => tell(socket, { id, error: { code: -32_000, message: 'header not found' } });
    expect(await ask(address, [call(1, 'a')])).toMatchObject({ kind: 'answers', isBehind: true });
    answer = ({ id }, socket) => tell(socket, { id, error: { code: 429, message: 'slow down' } });
    expect(await ask(address, [call(1, 'a')])).toMatchObject({ kind: 'failed', mayHaveArrived: false });
  });

  it('does not mind what nobody asked for', async () => {
    answer = (one, socket) => {
      socket.send('no JSON');
      tell(socket, { method: 'eth_subscription', params: {} });
      tell(socket, { id: 99_999, result: 'x' });
      echo(one, socket);
    };
    expect(await ask(address, [call(1, 'a')])).toMatchObject({ answers: [{ id: 1, result: 'a' }] });
  });

  it('connects anew after the end of a connection; what was under way failed and may have arrived', async () => {
    answer = (_, socket) => socket.terminate();
    expect(await ask(address, [call(1, 'a')])).toMatchObject({ code: 'CHAIN_UNREACHABLE', mayHaveArrived: true });
    answer = echo;
    expect(await ask(address, [call(1, 'a')])).toMatchObject({ kind: 'answers' });
    expect(sockets).toHaveLength(2);
  });

  it('gives up a connection on which nothing is answered in time', async () => {
    answer = () => timing.expire();
    const reply = await ask(address, [call(1, 'a')]);
    expect(reply).toMatchObject({ code: 'CHAIN_TIMEOUT', reason: 'no answer within 1000 ms', mayHaveArrived: true });
    answer = echo;
    expect(await ask(address, [call(1, 'a')])).toMatchObject({ kind: 'answers' });
    expect(sockets).toHaveLength(2);
  });

  it('says why it cannot connect, without the URL, and that nothing has arrived', async () => {
    server.close();
    const refused = await ask(address, [call(1, 'a')]);
    expect(refused).toMatchObject({ code: 'CHAIN_UNREACHABLE', reason: 'ECONNREFUSED', mayHaveArrived: false });
    const strict = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient: (_, done) => done(false, 429) });
    await once(strict, 'listening');
    const [elsewhere] = parseRpcUrls([`ws://127.0.0.1:${(strict.address() as AddressInfo).port}/secret`]);
    expect(await ask(elsewhere!, [call(1, 'a')])).toMatchObject({ reason: 'HTTP 429', mayHaveArrived: false });
    strict.close();
  });

  it('ends with its signal', async () => {
    answer = () => closing.abort();
    expect(await ask(address, [call(1, 'a')])).toMatchObject({ kind: 'failed' });
  });
});

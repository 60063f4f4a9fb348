import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, type Faults, startFaultProxy } from './fault-proxy.js';

let echo: Server;
let proxy: FaultProxy;

beforeAll(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await startFaultProxy((echo.address() as AddressInfo).port);
});
afterEach(() => proxy.cut());
afterAll(async () => {
  await proxy.stop();
  echo.close();
});

async function connected(faults: Faults): Promise<Socket> {
  proxy.set(faults);
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

describe('a fault proxy', () => {
  it('changes nothing without a fault', async () => {
    const socket = await connected({});
    socket.end('over and back');
    expect((await buffer(socket)).toString()).toBe('over and back');
  });

  it('delays', async () => {
    const socket = await connected({ back: { delayMs: 100 } });
    const startedAt = performance.now();
    socket.end('late');
    expect((await buffer(socket)).toString()).toBe('late');
    expect(performance.now() - startedAt).toBeGreaterThan(95);
  });

  it('throttles', async () => {
    const socket = await connected({ there: { bytesPerSecond: 10_000 } });
    const startedAt = performance.now();
    socket.end(Buffer.alloc(2_000));
    expect(await buffer(socket)).toHaveLength(2_000);
    expect(performance.now() - startedAt).toBeGreaterThan(190);
  });

  it('resets after so many bytes', async () => {
    const socket = await connected({ back: { after: { bytes: 5, do: 'reset' } } });
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    const failed = once(socket, 'error');
    socket.write('hello, world');
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(Buffer.concat(parts).toString()).toBe('hello');
  });

  it('closes one direction in order and leaves the other open', async () => {
    const socket = await connected({ back: { after: { bytes: 5, do: 'halfClose' } } });
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.write('hello, world');
    await once(socket, 'end');
    expect([Buffer.concat(parts).toString(), socket.writable]).toEqual(['hello', true]);
  });

  it('drops without a word', async () => {
    const socket = await connected({ back: { after: { bytes: 5, do: 'drop' } } });
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    const ended = Promise.race([once(socket, 'close'), once(socket, 'end')]).then(() => 'told');
    socket.write('hello, world');
    expect(await Promise.race([ended, sleep(150, 'silent')])).toBe('silent');
    expect(Buffer.concat(parts).toString()).toBe('hello');
  });

  it('refuses, and cuts what is open', async () => {
    const socket = await connected({});
    socket.write('x');
    await once(socket, 'data');
    const failed = once(socket, 'error');
    proxy.cut();
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
    proxy.set({ refuses: true });
    const refused = connect({ port: proxy.port, host: '127.0.0.1' });
    expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});

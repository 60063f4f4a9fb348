import { createServer } from 'node:http';
import { loadConfig, secret } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offerSettings } from '../config.js';
import { readableLog } from '../testing/keys.js';
import { freePortServer, type TestServer } from '../testing/test-server.js';
import { connectChain } from './connect-chain.js';
import { logRpcEvents } from './log-rpc-events.js';

const DIAMOND = `0x${'22'.repeat(20)}`;
const load = (url: string) => loadConfig({ rpcUrl: offerSettings.rpcUrl }, { YELLOWSTONE_RPC_URL: url }).rpcUrl;

describe('YELLOWSTONE_RPC_URL', () => {
  it('takes one endpoint, or several in order of preference', () => {
    expect(load('http://127.0.0.1:8545').reveal()).toBe('http://127.0.0.1:8545/');
    expect(load('wss://a.example/key , http://b.example:1').reveal()).toBe('wss://a.example/key,http://b.example:1/');
    expect(String(load('https://a.example/key'))).toBe('[secret]');
  });

  it.each(['ftp://x', 'https://a.example,', 'https://a.example,file://b.example', 'a.example', ','])(
    'refuses %s without showing it',
    (url) => {
      expect(() => load(url)).toThrow(/YELLOWSTONE_RPC_URL is \[secret\]: expected an http\(s\) or ws\(s\) URL/);
    },
  );
});

describe('connectChain', () => {
  let busy: TestServer;
  let requests = 0;
  beforeAll(async () => {
    busy = await freePortServer(
      createServer((_, response) => {
        requests += 1;
        response.writeHead(429, { 'retry-after': '60' }).end();
      }),
    );
  });
  afterAll(() => busy.stop());

  it('asks all endpoints, and writes down which of them fails and why, without its path', async () => {
    const { log, text } = readableLog();
    const rpcUrl = secret(`${busy.url}/secret-key,http://127.0.0.1:1/other-key`);
    const connecting = connectChain({ rpcUrl, diamond: DIAMOND }, undefined, { log });
    await expect(connecting).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(requests).toBe(1);
    expect(text()).toContain('an RPC endpoint fails and rests');
    expect(text()).toContain(`"host":"${new URL(busy.url).host}"`);
    expect(text()).toContain('429');
    expect(text()).toContain('"host":"127.0.0.1:1"');
    expect(text()).not.toMatch(/secret-key|other-key/);
  });
});

describe('logRpcEvents', () => {
  it.each([
    [{ kind: 'failed', host: 'a', reason: 'r' }, 'warn'],
    [{ kind: 'behind', host: 'a', reason: 'r' }, 'warn'],
    [{ kind: 'waiting', reason: 'r', waitMs: 1 }, 'warn'],
    [{ kind: 'excluded', host: 'a', reason: 'r' }, 'error'],
    [{ kind: 'recovered', host: 'a' }, 'info'],
    [{ kind: 'caught up', host: 'a' }, 'info'],
  ] as const)('tells %o as %s', (event, level) => {
    const lines: unknown[] = [];
    const as = (name: string) => (data: unknown) => void lines.push([name, data]);
    const log = { error: as('error'), warn: as('warn'), info: as('info') } as unknown as Parameters<
      typeof logRpcEvents
    >[0];
    logRpcEvents(log)(event);
    const { kind: _, ...data } = event;
    expect(lines).toEqual([[level, data]]);
  });
});

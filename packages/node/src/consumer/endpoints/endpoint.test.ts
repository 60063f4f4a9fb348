import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { describe, expect, it } from 'vitest';
import { addressKindOf } from './address-kind.js';
import { checkedLookup } from './checked-lookup.js';
import { createEndpointUrls, endpointUrl } from './endpoint.js';

const strict = { allowPrivate: false };
const development = { allowPrivate: true };

describe('createEndpointUrls', () => {
  it('reads as endpointUrl does, however often and however many', () => {
    const urlOf = createEndpointUrls(strict);
    for (let at = 0; at < 1_100; at += 1) expect(urlOf(`p${at}.example:80`)).toBe(`http://p${at}.example`);
    expect(urlOf('p0.example:80')).toBe('http://p0.example');
    for (let at = 0; at < 2; at += 1) expect(() => urlOf('127.0.0.1:80')).toThrow(/private/);
  });
});

describe('endpointUrl (scenario 37)', () => {
  it.each([
    ['provider.example:3333', 'http://provider.example:3333'],
    ['8.8.8.8:80', 'http://8.8.8.8'],
    ['[2606:4700::1111]:3333', 'http://[2606:4700::1111]:3333'],
    ['https://provider.example', 'https://provider.example'],
    ['https://provider.example:8443/node/', 'https://provider.example:8443/node'],
  ])('takes %s', (endpoint, url) => {
    expect(endpointUrl(endpoint, strict)).toBe(url);
  });

  it.each([
    '',
    'provider.example',
    'http://provider.example:80',
    'ftp://provider.example:21',
    'user:pw@provider.example:80',
    'https://user:pw@provider.example',
    'https://provider.example/?x=1',
    'https://provider.example/#x',
    'provider.example:80/path',
    'provider.example:99999',
    'provider.example:0',
    'a b:80',
    'a\r\nhost: x:80',
    `${'a'.repeat(400)}:80`,
  ])('refuses %j as malformed', (endpoint) => {
    expect(() => endpointUrl(endpoint, development)).toThrow(expect.objectContaining({ code: 'endpoint_invalid' }));
  });

  it.each([
    '127.0.0.1:80',
    '127.1:80',
    '2130706433:80',
    '0x7f.0.0.1:80',
    '0177.0.0.1:80',
    'localhost:80',
    'a.localhost:80',
    'LOCALHOST.:80',
    '10.1.2.3:80',
    '172.16.0.1:80',
    '172.31.255.255:80',
    '192.168.1.1:80',
    '100.64.0.1:80',
    '[::1]:80',
    '[::ffff:127.0.0.1]:80',
    '[::ffff:a01:203]:80',
    '[fd00::1]:80',
    'https://127.0.0.1',
    'https://[::1]/x',
  ])('refuses the private %s, but not in development', (endpoint) => {
    expect(() => endpointUrl(endpoint, strict)).toThrow(expect.objectContaining({ code: 'endpoint_refused' }));
    expect(() => endpointUrl(endpoint, development)).not.toThrow();
  });

  it.each([
    '0.0.0.0:80',
    '169.254.169.254:80',
    '[fe80::1]:80',
    '[::ffff:169.254.169.254]:80',
    '[64:ff9b::a9fe:a9fe]:80',
    '[2002:7f00:1::]:80',
    '224.0.0.1:80',
    '255.255.255.255:80',
    '[ff02::1]:80',
    '[::]:80',
  ])('refuses %s always', (endpoint) => {
    expect(() => endpointUrl(endpoint, development)).toThrow(expect.objectContaining({ code: 'endpoint_refused' }));
  });
});

describe('addressKindOf', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['172.32.0.1', 'public'],
    ['2606:4700::1111', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['::127.0.0.1', 'private'],
    ['fe80::1%eth0', 'forbidden'],
    ['no address', 'forbidden'],
  ])('%s is %s', (address, kind) => {
    expect(addressKindOf(address)).toBe(kind);
  });
});

describe('checkedLookup (scenario 37)', () => {
  it('refuses a name that stands for a private address before anything is sent', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end('inside')).listen(0, '127.0.0.1');
    server.on('connection', () => (connections += 1));
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = async (allowPrivate: boolean): Promise<string> => {
      const dispatcher = new Agent({ connect: { lookup: checkedLookup({ allowPrivate }) } });
      try {
        return await (await request(`http://localhost:${port}/`, { dispatcher })).body.text();
      } finally {
        await dispatcher.destroy();
      }
    };
    await expect(ask(false)).rejects.toMatchObject({ code: 'endpoint_refused' });
    expect(connections).toBe(0);
    await expect(ask(true)).resolves.toBe('inside');
    server.close();
  });
});

import { chainError } from '../../errors.js';

/** Where an endpoint is, with the secrets of its URL. */
export interface RpcAddress {
  /** Host and port: all that is ever shown, because path and user part of a URL often hold an access key. */
  readonly host: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Each endpoint once, in the order given. @throws ChainError CHAIN_INVALID_ARGUMENT, without the URL */
export function parseRpcUrls(urls: readonly string[]): readonly RpcAddress[] {
  const different = [...new Map(urls.map(parseUrl).map((url) => [url.href, url])).values()];
  if (different.length === 0)
    throw chainError('CHAIN_INVALID_ARGUMENT', { rpcUrls: 'empty' }, 'give rpcUrl or rpcUrls');
  return different.map((url, index) => {
    const sameHost = different.slice(0, index).filter(({ host }) => host === url.host).length;
    const host = sameHost === 0 ? url.host : `${url.host} #${sameHost + 1}`;
    return { host, ...withoutUser(url) };
  });
}

/** True for an endpoint that is asked over a WebSocket. */
export function isSocket({ url }: RpcAddress): boolean {
  return url.startsWith('ws');
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (PROTOCOLS.includes(url.protocol)) return url;
  } catch {
    // An error of the parser would show the text.
  }
  throw chainError(
    'CHAIN_INVALID_ARGUMENT',
    { rpcUrl: 'not a URL of http(s) or ws(s)' },
    'give http://host:port or wss://…',
  );
}

const PROTOCOLS: readonly string[] = ['http:', 'https:', 'ws:', 'wss:'];

/** `fetch` takes no user and password in a URL. */
function withoutUser({ href, username, password }: URL): Pick<RpcAddress, 'url' | 'headers'> {
  if (username === '' && password === '') return { url: href, headers: {} };
  const url = new URL(href);
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: url.href, headers: { authorization: `Basic ${btoa(pair)}` } };
}

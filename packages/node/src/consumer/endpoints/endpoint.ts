import { isIP } from 'node:net';
import { nodeError } from '../../errors.js';
import { addressKindOf } from './address-kind.js';

/** Which endpoints a consumer connects to. */
export interface EndpointPolicy {
  /** For development: private nets and loopback are fine. */
  readonly allowPrivate: boolean;
}

const MAX_CHARACTERS = 300;

/**
 * The base URL of an endpoint on chain: `host:port`, or a full https URL.
 * @throws endpoint_invalid; endpoint_refused if it names an address that the policy refuses. What a host name stands
 *   for is known only when connecting; `checkedLookup` decides then.
 */
export function endpointUrl(endpoint: string, policy: EndpointPolicy): string {
  const url = parse(endpoint);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) requireAllowed(host, { endpoint, policy });
  const isLoopbackName = /(^|\.)localhost\.?$/.test(host);
  if (isLoopbackName && !policy.allowPrivate) throw nodeError('endpoint_refused', { endpoint, kind: 'private' });
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Endpoints whose URLs are kept; the one that was read longest ago is read anew. */
const MAX_KEPT = 1_000;

/** The same for every request to an endpoint: it is read once. @throws as `endpointUrl` */
export function createEndpointUrls(policy: EndpointPolicy): (endpoint: string) => string {
  const kept = new Map<string, string>();
  return (endpoint) => {
    const known = kept.get(endpoint);
    if (known !== undefined) return known;
    const url = endpointUrl(endpoint, policy);
    kept.set(endpoint, url);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return url;
  };
}

/** @throws endpoint_refused */
export function requireAllowed(
  address: string,
  { endpoint, policy }: { endpoint: string; policy: EndpointPolicy },
): void {
  const kind = addressKindOf(address);
  if (kind === 'public' || (kind === 'private' && policy.allowPrivate)) return;
  throw nodeError('endpoint_refused', { endpoint, kind });
}

function parse(endpoint: string): URL {
  const isUrl = endpoint.startsWith('https://');
  const isHostPort = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$/.test(endpoint);
  const text = isUrl ? endpoint : `http://${endpoint}`;
  const url =
    (isUrl || isHostPort) && endpoint.length <= MAX_CHARACTERS && URL.canParse(text) ? new URL(text) : undefined;
  const hasExtras = url === undefined || url.username + url.password + url.search + url.hash !== '' || url.port === '0';
  if (hasExtras) throw nodeError('endpoint_invalid', { endpoint: endpoint.slice(0, MAX_CHARACTERS) });
  return url;
}

import type { FastifyInstance } from 'fastify';
import { serviceError } from './errors.js';

/** Names of this machine that no stranger's DNS can give to a web page. */
export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

export interface GateOptions {
  /** Host names served beside the loopback names, without ports; `*` = any. */
  readonly allowedHosts?: readonly string[];
  /** Origins of web pages that may call beside this server's own, like `https://app.example`. */
  readonly allowedOrigins?: readonly string[];
}

/** Refuses what comes by another name (DNS rebinding) or from a page of another origin (TRUST scenario 39). */
export function installGate(server: FastifyInstance, options: GateOptions): void {
  server.addHook('onRequest', async ({ headers }) => {
    const host = headers.host ?? '';
    if (!isHostAllowed(host, options.allowedHosts ?? [])) {
      throw serviceError('host_not_allowed', { host: hostNameOf(host).slice(0, 100) || 'that is missing' });
    }
    const { origin } = headers;
    if (origin !== undefined && !isOriginAllowed(origin, host, options.allowedOrigins ?? [])) {
      throw serviceError('origin_not_allowed', { origin: origin.slice(0, 100) });
    }
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw serviceError('content_type_unsupported', { encoding: encoding.slice(0, 100) });
    }
  });
}

/** True if a `Host` header names this server. */
export function isHostAllowed(host: string, allowedHosts: readonly string[]): boolean {
  if (allowedHosts.includes('*')) return true;
  const name = hostNameOf(host);
  return LOOPBACK_HOSTS.includes(name) || allowedHosts.includes(name);
}

/** True if an `Origin` header is the server's own origin or one of the list. */
export function isOriginAllowed(origin: string, host: string, allowedOrigins: readonly string[]): boolean {
  return origin === `http://${host}` || origin === `https://${host}` || allowedOrigins.includes(origin);
}

function hostNameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

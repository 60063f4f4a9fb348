import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ApiError } from './api-error.js';
import type { ApiErrorCode } from './api-error.js';
import { formatEvent } from './event-stream.js';
import type { LlamaLog } from './log.js';
import { sendJson } from './routes.js';
import type { Route } from './routes.js';

export type HttpServer = {
  /** Resolves to the port. */
  listen(): Promise<number>;
  /** Ends what runs with a typed error, then closes all connections. */
  stop(): Promise<void>;
};

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_CONNECTIONS = 256;
/** How long a connection may still be used when we are done with it, before it is cut. */
const GRACE_MS = 1_000;
const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

export function createHttpServer(
  { routes, log }: { readonly routes: readonly Route[]; readonly log: LlamaLog },
  { host, port }: { readonly host: string; readonly port: number },
): HttpServer {
  const running = new Set<{ readonly controller: AbortController; readonly done: Promise<void> }>();
  const busySockets = new WeakSet<Duplex>();
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS });
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;

  server.on('request', (request, response) => {
    const controller = new AbortController();
    busySockets.add(request.socket);
    response.once('close', () => {
      busySockets.delete(request.socket);
      controller.abort(new Error('the client closed the connection'));
    });
    const entry = { controller, done: handle(request, response, controller.signal) };
    running.add(entry);
    void entry.done.finally(() => running.delete(entry));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // An answer on its way must not get a second head in its middle.
    if (busySockets.has(socket) || !socket.writable) socket.destroy();
    else refuseConnection(socket, error.code);
  });

  async function handle(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    try {
      assertLocalHost(request, host);
      await findRoute(routes, request).handle({ request, response, signal });
    } catch (error) {
      // Nobody is left to be told.
      if (response.destroyed) return;
      sendError(response, toApiError(error, { log, request, signal }));
    }
    if (hasUnreadBody(request)) discardRest(request);
  }

  return {
    listen: () => listen(server, { host, port }),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const { controller } of running)
        controller.abort(new ApiError('server_stopping', 'The server is stopping; send the request again later.'));
      // Cuts those who are still sending their request or reading their answer.
      const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await Promise.all([...running].map(({ done }) => done));
      server.closeIdleConnections();
      await closed;
      clearTimeout(timer);
    },
  };
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function findRoute(routes: readonly Route[], { url = '/', method = 'GET' }: IncomingMessage): Route {
  const path = url.split('?')[0];
  const onPath = routes.filter((route) => route.path === path);
  if (onPath.length === 0)
    throw new ApiError('route_not_found', `There is no ${path}; known are ${routes.map((r) => r.path).join(', ')}.`);
  const route = onPath.find((candidate) => candidate.method === method);
  if (route) return route;
  const allowed = onPath.map((candidate) => candidate.method).join(', ');
  throw new ApiError('method_not_allowed', `${path} does not take ${method}; use ${allowed}.`, {
    headers: { allow: allowed },
  });
}

/** A web page that makes its own name point to 127.0.0.1 (DNS rebinding) still sends that name. */
function assertLocalHost({ headers }: IncomingMessage, host: string): void {
  if (!LOOPBACK_HOSTS.includes(host)) return;
  const name = headers.host?.replace(/:\d+$/, '');
  if (name !== undefined && LOOPBACK_HOSTS.includes(name)) return;
  throw new ApiError(
    'host_not_allowed',
    `Host '${name ?? ''}' is not this machine; use ${LOOPBACK_HOSTS.join(' or ')}.`,
  );
}

type Circumstances = {
  readonly log: LlamaLog;
  readonly request: IncomingMessage;
  readonly signal: AbortSignal;
};

function toApiError(error: unknown, { log, request, signal }: Circumstances): ApiError {
  if (error instanceof ApiError) return error;
  // Waiting for 'drain' reports an abort as its own error, with the reason inside the signal only.
  if (signal.reason instanceof ApiError) return signal.reason;
  const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
  // Without the message: it might quote a prompt.
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  log.error({ path: request.url?.split('?')[0], name, frames }, 'request failed unexpectedly');
  return new ApiError('internal_error', 'The model server failed unexpectedly; its log says where. Try again.');
}

function sendError(response: ServerResponse, error: ApiError): void {
  if (response.headersSent) {
    // Only streams have sent anything: their failures are events, and no [DONE] follows.
    response.end(formatEvent(error.body));
    return;
  }
  sendJson(response, error.status, error.body, error.headers);
}

function hasUnreadBody({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
}

/**
 * Cutting the connection at once could destroy the answer before the client has read it; that is also why the
 * answer does not say `connection: close`, which makes Node cut it.
 */
function discardRest(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), GRACE_MS);
  request.once('close', () => clearTimeout(timer));
}

const CODE_OF_PARSER_ERROR: Readonly<Record<string, ApiErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** What Node could not parse never becomes a request, so the answer is written by hand. */
function refuseConnection(socket: Duplex | Socket, parserCode = 'unknown'): void {
  const error = new ApiError(
    CODE_OF_PARSER_ERROR[parserCode] ?? 'bad_request',
    `The HTTP request could not be read (${parserCode}); check the client.`,
  );
  const body = JSON.stringify(error.body);
  socket.end(
    `HTTP/1.1 ${error.status} Refused\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

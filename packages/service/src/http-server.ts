import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import {
  fastify,
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { serviceError, type ServiceErrorCode } from './errors.js';
import { failureBody, installEnvelope, resourceFailure, type TranslateError } from './http-envelope.js';
import { type GateOptions, installGate } from './http-gate.js';
import type { Log } from './log.js';

/** A Fastify server whose schemas are TypeBox and whose failures are typed. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface HttpServerOptions extends GateOptions {
  readonly bodyLimitBytes?: number;
  /** The longest a request may take to arrive [ms]. */
  readonly requestTimeoutMs?: number;
  readonly translate?: TranslateError;
}

const MEBIBYTE = 1_048_576;

/** A server that does not listen yet: request ids, host and origin checks, limits, error envelopes. */
export function createHttpServer({ log }: { readonly log: Log }, options: HttpServerOptions = {}): HttpServer {
  const { bodyLimitBytes = 4 * MEBIBYTE, requestTimeoutMs = 30_000, translate } = options;
  const server: HttpServer = fastify({
    // Fastify asks for its own, smaller idea of a logger.
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: requestIdOf,
    clientErrorHandler: answerBrokenHttp,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      const invalid = serviceError('request_invalid', { problems: error.message });
      const body = JSON.stringify(failureBody(invalid, request.raw.url ?? '/'));
      reply.raw.writeHead(invalid.httpStatus, { 'content-type': 'application/json; charset=utf-8' }).end(body);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  server.setValidatorCompiler(TypeBoxValidatorCompiler);

  let isStopping = false;
  server.addHook('preClose', async () => {
    isStopping = true;
  });
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (!isStopping) return;
    void reply.header('connection', 'close');
    throw serviceError('server_stopping', {}, { retryAfterSeconds: 1 });
  });
  installGate(server, options);
  installEnvelope(server, { bodyLimitBytes, ...(translate === undefined ? {} : { translate }) });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const durationMs = Math.round(reply.elapsedTime);
    request.log.debug({ method: request.method, route, status: reply.statusCode, durationMs }, 'request answered');
  });
  return server;
}

/** A server that listens. */
export interface Listening {
  readonly url: string;
  /** Refuses new requests, waits for running ones, and after `graceMs` cuts them. */
  stop(): Promise<void>;
}

interface ListenOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly graceMs?: number;
}

/** Starts listening; the caller owns `stop()`. */
export async function listen(server: HttpServer, { host, port, graceMs = 25_000 }: ListenOptions): Promise<Listening> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw error;
  }
  // A TCP server that listens has an AddressInfo.
  const { port: actualPort } = server.server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // A kept-alive connection becomes idle when its running request ends.
    const sweep = setInterval(() => server.server.closeIdleConnections(), 20);
    const cut = setTimeout(() => server.server.closeAllConnections(), graceMs);
    await server.close().finally(() => {
      clearInterval(sweep);
      clearTimeout(cut);
    });
  };
  return { url: `http://${name}:${actualPort}`, stop: () => (stopping ??= stop()) };
}

function requestIdOf({ headers }: { headers: IncomingMessage['headers'] }): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
}

const BROKEN_HTTP: Readonly<Record<string, ServiceErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** What is not even HTTP gets a typed answer as well (TRUST scenario 35). */
function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const failure = serviceError(BROKEN_HTTP[error.code ?? ''] ?? 'http_malformed');
  const body = JSON.stringify(resourceFailure(failure));
  const head = [
    `HTTP/1.1 ${failure.httpStatus} Refused`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

import type { HttpServer, Log } from '@yellowstone/service';
import type { Wallet } from 'ethers';
import type { LightMyRequestResponse } from 'fastify';
import { Compile } from 'typebox/compile';
import type { Authenticate } from '../api-access.js';
import { systemClock } from '../clock.js';
import { createOperatorApi, type OperatorApiDeps } from '../operator/create-operator-api.js';
import type { OpenSessions } from '../operator/sessions/opening-routes.js';
import type { ReadyParts } from '../operator/system/readiness.js';
import type { FakeChain } from './fake-chain.js';
import { quietLog } from './keys.js';
import { memoryRequestKeys } from './request-keys.js';

/** The parts of an OpenAPI document that tests read. */
export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required: boolean;
  readonly schema: object;
}

type Content = Readonly<Record<string, { readonly schema: object }>>;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface TestApi {
  readonly server: HttpServer;
  readonly document: ApiDocument;
  /** Sends a request, and throws if the answer is not what the document says. */
  call(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    payload?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

interface ApiParts {
  readonly chain: FakeChain;
  readonly wallet: Wallet;
  readonly authenticate?: Authenticate;
  readonly open?: OpenSessions;
  readonly needs?: ReadyParts;
  readonly serving?: OperatorApiDeps['serving'];
  readonly reportEarnings?: OperatorApiDeps['reportEarnings'];
  readonly measured?: OperatorApiDeps['measured'];
  readonly log?: Log;
  readonly apiKeys?: OperatorApiDeps['apiKeys'];
  readonly keyUsage?: OperatorApiDeps['keyUsage'];
  /** Routes beside those of every node. */
  readonly more?: (server: HttpServer) => Promise<void>;
  readonly settleTimeoutMs?: number;
}

/** An operator's API on a market in memory; whoever comes may, unless told otherwise. */
export async function createTestApi(parts: ApiParts): Promise<TestApi> {
  const {
    chain,
    wallet,
    authenticate = async () => undefined,
    open,
    needs,
    serving,
    reportEarnings,
    measured,
    log = quietLog,
    apiKeys,
    keyUsage,
  } = parts;
  const server = await createOperatorApi(
    {
      chain: chain.as(wallet),
      clock: systemClock,
      requestKeys: memoryRequestKeys(),
      apiKeys,
      keyUsage,
      authenticate,
      open,
      needs,
      serving,
      reportEarnings,
      measured,
      log,
    },
    { settleTimeoutMs: parts.settleTimeoutMs },
  );
  if (parts.more !== undefined) await server.register(parts.more);
  await server.ready();
  const document = server.swagger() as unknown as ApiDocument;
  return {
    server,
    document,
    async call(method, url, payload, headers = {}) {
      const answer = await server.inject({
        method,
        url,
        headers,
        ...(payload === undefined ? {} : { payload: payload as object }),
      });
      const body: unknown = bodyOf(answer);
      requireDescribed(document, { method, url }, { status: answer.statusCode, body });
      return { status: answer.statusCode, body };
    },
  };
}

/** What an answer says: JSON, or the text of metrics. */
export function bodyOf(answer: LightMyRequestResponse): unknown {
  const isText = String(answer.headers['content-type']).startsWith('text/plain');
  return isText ? answer.body : answer.json();
}

/** @throws Error if an answer is not what the document says of its route */
export function requireDescribed(
  document: ApiDocument,
  { method, url }: { readonly method: string; readonly url: string },
  { status, body }: Answer,
): void {
  const operation = operationOf(document, method, url.split('?')[0] ?? '');
  const { content } = operation?.responses[status] ?? operation?.responses['default'] ?? {};
  const described = (content?.['application/json'] ?? content?.['text/plain'])?.schema ?? {
    $ref: '#/components/schemas/Failure',
  };
  const name = '$ref' in described ? String(described.$ref).split('/').at(-1) : undefined;
  const schema = name === undefined ? described : document.components.schemas[name];
  if (schema !== undefined && Compile(closed(schema)).Check(body)) return;
  throw new Error(`${method} ${url} answered ${status} with what nobody described: ${JSON.stringify(body)}`);
}

function operationOf({ paths }: ApiDocument, method: string, path: string): Operation | undefined {
  const exact = paths[path]?.[method.toLowerCase()];
  if (exact !== undefined) return exact;
  const fits = (template: string): boolean => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const found = Object.keys(paths).find((template) => fits(template) && paths[template]?.[method.toLowerCase()]);
  return found === undefined ? undefined : paths[found]?.[method.toLowerCase()];
}

/** The schema, without room for fields that it does not name. */
function closed(schema: unknown): object {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema as never;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema ? { ...inner, additionalProperties: false } : inner;
}

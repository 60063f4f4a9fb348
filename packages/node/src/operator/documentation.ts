import { fastifySwagger } from '@fastify/swagger';
import { fastifySwaggerUi } from '@fastify/swagger-ui';
import type { HttpServer } from '@yellowstone/service';
import type { FastifySchema } from 'fastify';
import { isPublicRoute } from './access.js';
import { Failure, OpenAiFailure } from './failures.js';

/** Where the page is; what it loads lies below. */
export const SWAGGER_PAGE = '/swagger/index.html';

const TAGS = [
  { name: 'transactions', description: 'Allowance and balances of the wallet' },
  { name: 'wallet', description: 'The wallet of this node; keys never travel over HTTP' },
  { name: 'providers', description: 'Providers in the registry' },
  { name: 'models', description: 'Models in the registry' },
  { name: 'market', description: 'What is for sale, as this node judges it' },
  { name: 'bids', description: 'Offers of providers' },
  { name: 'sessions', description: 'Quote, open, use and close sessions' },
  { name: 'stakes', description: 'Stake of this wallet' },
  { name: 'claims', description: 'What sessions earned' },
  { name: 'serving', description: 'What this provider serves and earns' },
  { name: 'chat', description: 'The OpenAI API; any OpenAI client works' },
  { name: 'keys', description: 'API keys of this node' },
  { name: 'system', description: 'The node itself' },
];

const HIDDEN: FastifySchema = { hide: true };

const PAGE_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Describes the routes that are registered after it, out of the schemas that requests are checked with: the document at
 * `/openapi.json`, and a page to try it. Routes without a tag stay out of it.
 */
export async function installDocumentation(server: HttpServer): Promise<void> {
  // Answers go out as they are; that they are what the document says is tested. A serializer would hide what is not.
  server.setSerializerCompiler(() => (answer: unknown) => JSON.stringify(answer));
  server.addSchema({ ...Failure, $id: 'Failure' });
  server.addSchema({ ...OpenAiFailure, $id: 'OpenAiFailure' });
  await server.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Yellowstone node',
        version: '1',
        description:
          'Amounts are decimal strings of MOR-wei. Needs `Authorization: Bearer <key>` with a key made by the operator.',
      },
      tags: TAGS,
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
    },
    hideUntagged: true,
    refResolver: {
      buildLocalReference: ({ $id }, _uri, _fragment, at) => (typeof $id === 'string' ? $id : `schema-${at}`),
    },
    // Routes of plugins have no schema at all.
    transform: ({ schema = HIDDEN, url, route }) => ({ schema: described(schema, String(route.method), url), url }),
    transformObject(document) {
      if (!('openapiObject' in document)) return document.swaggerObject;
      markOptionalBodies(document.openapiObject.paths as DescribedPaths);
      return document.openapiObject;
    },
  });
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
  await server.register(fastifySwaggerUi, {
    routePrefix: SWAGGER_PAGE,
    staticCSP: PAGE_POLICY,
    uiConfig: { deepLinking: true, docExpansion: 'list', persistAuthorization: false },
    theme: { title: 'Yellowstone node' },
  });
  for (const path of ['/swagger', '/swagger/']) {
    server.get(path, { schema: { hide: true } }, async (_request, reply) => reply.redirect(SWAGGER_PAGE));
  }
}

/** What every route has in common: its name, who may, and how it fails. */
function described(schema: FastifySchema, method: string, url: string): FastifySchema {
  const failure = { description: 'A failure', $ref: url.startsWith('/v1/') ? 'OpenAiFailure#' : 'Failure#' };
  const good = { 200: { type: 'object' }, ...(schema.response as object | undefined) };
  return {
    ...schema,
    operationId: operationIdOf(method, url.replaceAll(/:(\w+)/g, '{$1}')),
    security: isPublicRoute(url) ? [] : [{ apiKey: [] }],
    response: { ...good, default: failure },
  };
}

/** The part of a document that is looked at here. */
type DescribedPaths = Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: DescribedBody }>>>>;

interface DescribedBody {
  required?: boolean;
  readonly content: Readonly<Record<string, { readonly schema: { readonly anyOf?: readonly { type?: string }[] } }>>;
}

/** A body that may be null may be left out; the generator does not see that. */
function markOptionalBodies(paths: DescribedPaths): void {
  for (const { requestBody } of Object.values(paths).flatMap((path) => Object.values(path))) {
    const kinds = requestBody?.content['application/json']?.schema.anyOf ?? [];
    if (requestBody !== undefined && kinds.some(({ type }) => type === 'null')) requestBody.required = false;
  }
}

/** As Swagger UI makes them up by itself, so that links such as `#/providers/post_blockchain_providers` open. */
export function operationIdOf(method: string, path: string): string {
  return `${method.toLowerCase()}${path.replaceAll(/\W/g, '_')}`;
}

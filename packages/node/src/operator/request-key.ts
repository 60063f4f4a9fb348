import { createHash } from 'node:crypto';
import type { RequestKeys } from '@yellowstone/service';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';

/** As Node.js writes it; the case does not matter. */
const NAME = 'idempotency-key';

/** Headers of requests that write. */
export const WriteHeaders = Type.Object({
  [NAME]: Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,200}$',
      description:
        'a random text of your choice: the same request under the same key is done once and answered alike, however ' +
        'often it is sent; another request under it is 409 intent_differs',
    }),
  ),
});

/** The idempotency key of a request, if it has one. @throws intent_differs if the key stands for another request */
export type RequestKeyOf = (request: FastifyRequest) => Promise<string | undefined>;

/** To be called by a handler that knows that the request is well-formed: from then on the key belongs to it. */
export function createRequestKeyOf({ requestKeys }: { readonly requestKeys: RequestKeys }): RequestKeyOf {
  return async (request) => {
    const key = request.headers[NAME];
    if (typeof key !== 'string') return undefined;
    await requestKeys.claim(key, fingerprintOf(request));
    return key;
  };
}

/** Tells requests apart; the order of fields does not. */
function fingerprintOf({ method, routeOptions, params, query, body }: FastifyRequest): string {
  const request = [method, routeOptions.url, params, query, body ?? null];
  return createHash('sha256').update(JSON.stringify(request, sortFields)).digest('hex');
}

function sortFields(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

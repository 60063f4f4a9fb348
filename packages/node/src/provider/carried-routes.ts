import type { HttpServer } from '@yellowstone/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerSealer } from '../carriage/sealed-answer.js';
import { SEALED_TYPE } from '../carriage/sealed-request.js';
import { nodeError } from '../errors.js';
import type { AdmittedRequest, Admission, SessionUse } from './admission.js';

/** A request that was admitted, and what seals its answer. */
export interface CarriedRequest extends AdmittedRequest {
  readonly answer: AnswerSealer;
}

interface CarriedRoute {
  /** As Fastify writes it. */
  readonly route: string;
  /** The path that the consumer signed. */
  readonly pathOf: (request: FastifyRequest) => string;
  readonly use: SessionUse;
  readonly handle: (carried: CarriedRequest, reply: FastifyReply, request: FastifyRequest) => Promise<unknown>;
}

/**
 * Makes routes of this scope take sealed bodies only and seal what they send: answers, and failures from the moment on
 * at which there is a key. Returns what adds a route.
 */
export function carriedRoutes(server: HttpServer, { admission }: { readonly admission: Admission }) {
  const answers = new WeakMap<FastifyRequest, AnswerSealer>();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(SEALED_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.addHook('onRequest', async ({ headers }) => {
    if (headers['content-type'] === SEALED_TYPE) return;
    throw nodeError('body_not_sealed', { type: (headers['content-type'] ?? 'no type').slice(0, 100) });
  });
  server.addHook<string | Buffer>('onSend', async (request, reply, payload) => {
    const answer = answers.get(request);
    return answer === undefined ? payload : sealWhole(answer, reply, payload);
  });
  return ({ route, pathOf, use, handle }: CarriedRoute): void => {
    server.post<{ Body: Buffer | undefined }>(route, async (request, reply) => {
      const { headers, body = Buffer.alloc(0) } = request;
      const { answer, admit } = await admission.open({ path: pathOf(request), headers, body });
      answers.set(request, answer);
      return handle({ ...(await admit(use)), answer }, reply, request);
    });
  };
}

function sealWhole(answer: AnswerSealer, reply: FastifyReply, payload: string | Buffer): Buffer {
  const retryAfter = Number(reply.getHeader('retry-after'));
  const head = answer.head({
    status: reply.statusCode,
    contentType: String(reply.getHeader('content-type')),
    retryAfterSeconds: retryAfter > 0 ? retryAfter : undefined,
  });
  void reply.header('content-type', SEALED_TYPE).removeHeader('content-length');
  return Buffer.concat([head, answer.part(Buffer.from(payload)), answer.last()]);
}

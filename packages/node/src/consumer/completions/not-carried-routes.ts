import type { HttpServer } from '@yellowstone/service';
import { nodeError } from '../../errors.js';

/** A path of the OpenAI API that is not served: why, and what does the same. */
interface NotCarried {
  readonly path: string;
  readonly reason: string;
  readonly instead: string;
}

const NO_SESSION_UNIT = 'the market sells answers of language models; it has no price for audio, images or video yet';
const NO_STATE = 'a node stores no conversations, files or jobs, and providers change between requests';

/** All other paths of the OpenAI API, each with its sub-paths. */
export const NOT_CARRIED: readonly NotCarried[] = [
  { path: '/v1/responses', reason: NO_STATE, instead: 'POST /v1/chat/completions with the whole conversation' },
  { path: '/v1/conversations', reason: NO_STATE, instead: 'POST /v1/chat/completions with the whole conversation' },
  { path: '/v1/assistants', reason: NO_STATE, instead: 'POST /v1/chat/completions with tools' },
  { path: '/v1/threads', reason: NO_STATE, instead: 'POST /v1/chat/completions with the whole conversation' },
  { path: '/v1/files', reason: NO_STATE, instead: 'the text itself in the messages' },
  { path: '/v1/uploads', reason: NO_STATE, instead: 'the text itself in the messages' },
  { path: '/v1/vector_stores', reason: NO_STATE, instead: 'POST /v1/embeddings and a vector store of your own' },
  { path: '/v1/batches', reason: NO_STATE, instead: 'requests at the same time; the provider queues them' },
  { path: '/v1/fine_tuning', reason: NO_STATE, instead: 'a model that a provider offers, see GET /v1/models' },
  { path: '/v1/evals', reason: NO_STATE, instead: 'POST /v1/chat/completions' },
  { path: '/v1/audio', reason: NO_SESSION_UNIT, instead: 'a local speech program' },
  { path: '/v1/images', reason: NO_SESSION_UNIT, instead: 'a local image program' },
  { path: '/v1/videos', reason: NO_SESSION_UNIT, instead: 'a local video program' },
  { path: '/v1/realtime', reason: NO_SESSION_UNIT, instead: 'POST /v1/chat/completions with "stream": true' },
  { path: '/v1/moderations', reason: 'no model of the market is priced for it', instead: 'POST /v1/chat/completions' },
];

const METHODS = ['GET', 'POST', 'DELETE'] as const;

/** Says of the OpenAI paths that are not carried why, instead of that they do not exist. */
export async function notCarriedRoutes(server: HttpServer): Promise<void> {
  // Nothing of the body matters.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null);
  });
  for (const { path, reason, instead } of NOT_CARRIED) {
    for (const url of [path, `${path}/*`]) {
      server.route({
        method: [...METHODS],
        url,
        handler: async (request, reply) => {
          // Clients try again what begins with 5.
          void reply.header('x-should-retry', 'false');
          throw nodeError('path_not_carried', { path: request.url.split('?', 1)[0], reason, instead });
        },
      });
    }
  }
}

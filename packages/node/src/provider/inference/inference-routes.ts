import type { HttpServer } from '@yellowstone/service';
import { parseJsonObject } from '../../carriage/json-body.js';
import { CARRIED_PATHS } from '../../carriage/provider-api.js';
import type { Admission } from '../admission.js';
import { carriedRoutes } from '../carried-routes.js';
import type { ServeAnswer } from './serve-answer.js';

interface InferenceDeps {
  readonly admission: Admission;
  readonly serve: ServeAnswer;
}

/** OpenAI's paths, for whoever has an open session. */
export function inferenceRoutes({ admission, serve }: InferenceDeps) {
  return async (server: HttpServer): Promise<void> => {
    const carry = carriedRoutes(server, { admission });
    for (const path of CARRIED_PATHS) {
      carry({
        route: path,
        pathOf: () => path,
        use: 'serve',
        async handle({ session, isNew, body, answer }, reply) {
          await serve({ session, isNew, path, ask: parseJsonObject(body), sealer: answer }, reply);
          return reply;
        },
      });
    }
  };
}

import type { HttpServer } from '@yellowstone/service';
import { parseJsonObject } from '../../carriage/json-body.js';
import { CARRIED_PATHS } from '../../carriage/provider-api.js';
import { takeRawBodies } from '../../carriage/raw-bodies.js';
import type { Admission } from '../admission.js';
import type { ServeAnswer } from './serve-answer.js';

interface InferenceDeps {
  readonly admission: Admission;
  readonly serve: ServeAnswer;
}

/** OpenAI's paths, for whoever has an open session. */
export function inferenceRoutes({ admission, serve }: InferenceDeps) {
  return async (server: HttpServer): Promise<void> => {
    takeRawBodies(server);
    for (const path of CARRIED_PATHS) {
      server.post<{ Body: Buffer }>(path, async ({ headers, body }, reply) => {
        const session = await admission.toOpenSession({ path, headers, body });
        await serve({ session, path, ask: parseJsonObject(body) }, reply);
        return reply;
      });
    }
  };
}

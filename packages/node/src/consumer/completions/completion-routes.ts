import { type HttpServer, serviceError } from '@yellowstone/service';
import { parseJsonObject } from '../../carriage/json-body.js';
import { CARRIED_PATHS } from '../../carriage/provider-api.js';
import { takeRawBodies } from '../../carriage/raw-bodies.js';
import type { Complete } from './complete.js';

const MAX_MODEL_CHARACTERS = 200;

/** OpenAI's paths; bodies go to the provider as they came. */
export function completionRoutes({ complete }: { readonly complete: Complete }) {
  return async (server: HttpServer): Promise<void> => {
    takeRawBodies(server);
    for (const path of CARRIED_PATHS) {
      server.post<{ Body: Buffer }>(path, async ({ body }, reply) => {
        const { model } = parseJsonObject(body);
        if (typeof model !== 'string' || model === '' || model.length > MAX_MODEL_CHARACTERS) {
          throw serviceError('request_invalid', { problems: 'model must be the name of a model', param: 'model' });
        }
        await complete({ path, model, body }, reply);
        return reply;
      });
    }
  };
}

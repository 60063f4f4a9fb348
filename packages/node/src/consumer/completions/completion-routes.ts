import { type HttpServer, serviceError } from '@yellowstone/service';
import { callerOf } from '../../api-access.js';
import { parseJsonObject } from '../../carriage/json-body.js';
import { CARRIED_PATHS } from '../../carriage/provider-api.js';
import { takeRawBodies } from '../../carriage/raw-bodies.js';
import { Type } from 'typebox';
import type { Complete } from './complete.js';

const MAX_MODEL_CHARACTERS = 200;

/** What is known of a body here; all other fields pass through. */
const Completion = Type.Object({
  model: Type.String({ minLength: 1, maxLength: MAX_MODEL_CHARACTERS, description: 'name of a model, or its id' }),
});

/** OpenAI's paths; bodies go to the provider as they came. */
export function completionRoutes({ complete }: { readonly complete: Complete }) {
  return async (server: HttpServer): Promise<void> => {
    takeRawBodies(server);
    // Bodies are bytes here: the handler looks into them.
    server.setValidatorCompiler(() => () => true);
    for (const path of CARRIED_PATHS) {
      const schema = { tags: ['chat'], summary: 'As in the OpenAI API', body: Completion };
      server.post<{ Body: Buffer }>(path, { schema }, async (request, reply) => {
        const { body } = request;
        const { model } = parseJsonObject(body);
        if (typeof model !== 'string' || model === '' || model.length > MAX_MODEL_CHARACTERS) {
          throw serviceError('request_invalid', { problems: 'model must be the name of a model', param: 'model' });
        }
        await complete({ path, model, body, caller: callerOf(request) }, reply);
        return reply;
      });
    }
  };
}

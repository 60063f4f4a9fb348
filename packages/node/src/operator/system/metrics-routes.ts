import type { HttpServer, Metrics } from '@yellowstone/service';
import { Type } from 'typebox';

/** `GET /metrics` in the text format of Prometheus, for API keys with the scope `observe`. */
export function metricsRoutes({ metrics }: { readonly metrics: Metrics }) {
  const content = { 'text/plain': { schema: Type.String() } };
  return async (server: HttpServer): Promise<void> => {
    const summary = 'What the node measures of itself, for Prometheus; a key with the scope observe is enough';
    const schema = { tags: ['system'], summary, response: { 200: { description: 'Text format 0.0.4', content } } };
    server.get('/metrics', { schema }, async (_, reply) => {
      // What is in the text is described by itself.
      const text: string = await metrics.metrics();
      return reply.type(metrics.contentType).send(text as never);
    });
  };
}

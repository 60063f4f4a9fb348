import type { HttpServer, Metrics } from '@yellowstone/service';

/** `GET /metrics` in the text format of Prometheus. A scraper has an API key of its own with the scope `observe`. */
export function metricsRoutes({ metrics }: { readonly metrics: Metrics }) {
  return async (server: HttpServer): Promise<void> => {
    const schema = { tags: ['system'], summary: 'What the node measures of itself, for Prometheus' };
    server.get('/metrics', { schema }, async (_, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    );
  };
}

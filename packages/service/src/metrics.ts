import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { HttpServer } from './http-server.js';

/** What a process measures of itself, for Prometheus. */
export type Metrics = Registry;

/** Request durations [s]; the names and bounds of OpenTelemetry's `http.server.request.duration`. */
const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const MS_PER_SECOND = 1_000;

/** A registry of its own with what Node tells about the process. */
export function createMetrics(): Metrics {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  return metrics;
}

const HTTP_DURATION = 'http_server_request_duration_seconds';

/** Measures every request of a server; by route as it was registered, so that nobody can make up new series. */
export function observeHttp(server: HttpServer, metrics: Metrics): void {
  // Several servers of a process share one.
  const durations =
    known(metrics) ??
    new Histogram({
      name: HTTP_DURATION,
      help: 'Duration of HTTP requests, streamed answers to their end',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
      buckets: HTTP_SECONDS,
      registers: [metrics],
    });
  server.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const labels = {
      http_request_method: method,
      http_route: routeOptions.url ?? 'none',
      http_response_status_code: String(reply.statusCode),
    };
    durations.observe(labels, reply.elapsedTime / MS_PER_SECOND);
  });
}

function known(metrics: Metrics): Histogram | undefined {
  return metrics.getSingleMetric(HTTP_DURATION) as Histogram | undefined;
}

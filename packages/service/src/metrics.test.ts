import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from './http-server.js';
import { createLog } from './log.js';
import { createMetrics, type Metrics, observeHttp } from './metrics.js';

let server: HttpServer;
let metrics: Metrics;

beforeEach(async () => {
  metrics = createMetrics();
  server = createHttpServer({ log: createLog({ name: 'test', level: 'silent' }) });
  observeHttp(server, metrics);
  server.get('/things/:id', async () => ({}));
});
afterEach(() => server.close());

const ask = (url: string) => server.inject({ url, headers: { host: 'localhost' } });

describe('metrics', () => {
  it('tell of the process and of each request, by route and status', async () => {
    await ask('/things/1');
    await ask('/things/2');
    await ask('/nowhere');
    const told = await metrics.metrics();
    expect(told).toMatch(/^process_resident_memory_bytes \d+/m);
    const count = 'http_server_request_duration_seconds_count';
    const of = (route: string, status: number): string =>
      `${count}{http_request_method="GET",http_route="${route}",http_response_status_code="${status}"}`;
    expect(told).toContain(`${of('/things/:id', 200)} 2`);
    expect(told).toContain(`${of('none', 404)} 1`);
  });

  it('of two servers in one process do not mix', async () => {
    expect(() => observeHttp(server, createMetrics())).not.toThrow();
  });
});

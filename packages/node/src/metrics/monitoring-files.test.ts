import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHttpServer, createMetrics, observeHttp } from '@yellowstone/service';
import { describe, expect, it } from 'vitest';
import { quietLog } from '../testing/keys.js';
import { createAnswerMetrics } from './answer-metrics.js';
import { registerNodeGauges } from './node-gauges.js';

const FOLDER = join(import.meta.dirname, '../../../../docker/monitoring');
const PROMTOOL = '/usr/bin/promtool';
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');

/** Names of everything a node can tell, histograms with their endings. */
async function seriesOfNodes(): Promise<ReadonlySet<string>> {
  const metrics = createMetrics();
  observeHttp(createHttpServer({ log: quietLog }), metrics);
  createAnswerMetrics(metrics, 'consumer');
  createAnswerMetrics(metrics, 'provider');
  const none = async (): Promise<never> => Promise.reject(new Error('not asked'));
  registerNodeGauges(
    { metrics, clock: { monotonic: () => 0 } },
    {
      readiness: none,
      overview: none,
      rpcHealth: () => ({ isReady: true, endpoints: [] }),
      models: new Map(),
      sessions: () => [],
    },
  );
  const described = metrics
    .getMetricsAsArray()
    .flatMap(({ name }) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]);
  return new Set(described);
}

/** What looks like a series in an expression. */
function seriesIn(expression: string): readonly string[] {
  return expression.match(/\b(yellowstone|gen_ai|http_server|nodejs|process)_\w+(?=[{\s[)]|$)/g) ?? [];
}

describe.each([
  [
    'alerts.yaml',
    () => [...read('alerts.yaml').matchAll(/expr: \|?\s*([\s\S]*?)\n {8}for:/g)].map(([, text]) => text!),
  ],
  ['grafana-board.json', () => [...read('grafana-board.json').matchAll(/"expr": "(.*)"/g)].map(([, text]) => text!)],
])('docker/monitoring/%s', (_, expressions) => {
  it('asks for series that nodes tell', async () => {
    const known = await seriesOfNodes();
    const asked = expressions()
      .flatMap(seriesIn)
      .filter((name) => !/^gen_ai_(request_model|token_type)$/.test(name));
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe.skipIf(!existsSync(PROMTOOL))('promtool', () => {
  it('finds rules and configuration well formed', () => {
    expect(() => execFileSync(PROMTOOL, ['check', 'rules', join(FOLDER, 'alerts.yaml')])).not.toThrow();
    expect(() =>
      execFileSync(PROMTOOL, ['check', 'config', '--syntax-only', join(FOLDER, 'prometheus.yaml')]),
    ).not.toThrow();
  });
});

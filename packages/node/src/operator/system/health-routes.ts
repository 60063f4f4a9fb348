import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import type { Clock } from '../../clock.js';

interface HealthDeps {
  readonly clock: Pick<Clock, 'monotonic'>;
}

const Health = Type.Object({
  status: Type.Literal('healthy'),
  uptimeSeconds: Type.Integer({ description: 'how long the node has been up' }),
});

/** Tells that the process answers; nothing about the chain, so that an outage there restarts nobody. */
export function healthRoutes({ clock }: HealthDeps) {
  const startedAt = clock.monotonic();
  return async (server: HttpServer): Promise<void> => {
    for (const path of ['/healthz', '/healthcheck']) {
      const schema = { tags: ['system'], summary: 'Is the node alive?', response: { 200: Health } };
      server.get(path, { schema }, async () => {
        const uptimeSeconds = Math.floor((clock.monotonic() - startedAt) / 1_000);
        return { status: 'healthy' as const, uptimeSeconds };
      });
    }
  };
}

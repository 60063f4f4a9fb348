import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import { nodeError } from '../../errors.js';
import type { ReadinessReport } from './readiness.js';

interface ReadyDeps {
  readonly readiness: () => Promise<ReadinessReport>;
}

const Part = { isReady: Type.Boolean() };

const Ready = Type.Object({
  status: Type.Literal('ready'),
  parts: Type.Object({
    chain: Type.Object({
      ...Part,
      headAgeSeconds: Type.Integer({ description: 'how old the latest block is; negative if this clock is behind' }),
    }),
    database: Type.Optional(Type.Object(Part)),
    backends: Type.Optional(Type.Object({ ...Part, healthy: Type.Integer(), total: Type.Integer() })),
    modelsFile: Type.Optional(
      Type.Object({
        ...Part,
        isCurrent: Type.Boolean({ description: 'false if the file is wrong and the models of before are served' }),
        problems: Type.Array(Type.String(), { description: 'what is wrong with it, and models that do not start' }),
      }),
    ),
  }),
});

/** Tells whether the node can serve now: for a load balancer, which then sends requests elsewhere. */
export function readyRoutes({ readiness }: ReadyDeps) {
  return async (server: HttpServer): Promise<void> => {
    const summary = 'Can the node serve now? 503 not_ready names what is missing';
    const schema = { tags: ['system'], summary, response: { 200: Ready } };
    server.get('/readyz', { schema }, async () => {
      const parts = await readiness();
      const failing = Object.keys(parts).filter((name) => parts[name]?.isReady !== true);
      // A part that is ready has all its facts.
      if (failing.length === 0) return { status: 'ready' as const, parts } as never;
      throw nodeError('not_ready', { failing: failing.join(', '), parts }, { retryAfterSeconds: 5 });
    });
  };
}

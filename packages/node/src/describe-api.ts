import { messageDomain, parseAddress } from '@yellowstone/protocol';
import { createHttpServer, createLog, createMetrics } from '@yellowstone/service';
import type { Chain } from './chain/chain.js';
import { systemClock } from './clock.js';
import { completionRoutes } from './consumer/completions/completion-routes.js';
import { marketRoutes } from './consumer/market/market-routes.js';
import { modelRoutes } from './consumer/models/model-routes.js';
import { sessionRoutes } from './consumer/sessions/session-routes.js';
import { installDocumentation } from './operator/documentation.js';
import { operatorRoutes } from './operator/operator-routes.js';

/**
 * The OpenAPI document of every route there is: a provider node has all but the buying and using of sessions, a consumer
 * node all but what is served. The routes are only described: nothing here can be called.
 */
export async function describeApi(): Promise<object> {
  const nobody = parseAddress(`0x${'00'.repeat(20)}`);
  const domain = messageDomain({ chainId: 0n, diamond: nobody });
  const chain = { address: nobody, domain, reads: {}, writes: {}, writesFor: () => ({}) } as unknown as Chain;
  const uncalledNow = (): never => {
    throw new Error('this server only describes itself');
  };
  const uncalled = async (): Promise<never> => uncalledNow();
  const server = createHttpServer({ log: createLog({ name: 'describe-api', level: 'silent' }) });
  try {
    await installDocumentation(server);
    const market = { models: uncalled, find: uncalled, bids: uncalled };
    await server.register(modelRoutes({ market, judge: () => [], local: { list: () => [] } }));
    await server.register(marketRoutes({ market, chooser: { judge: () => [] }, policyOf: uncalledNow }));
    await server.register(completionRoutes({ complete: uncalled }));
    await server.register(sessionRoutes({ keeper: { list: () => [], close: uncalled }, requestKeyOf: uncalled }));
    await server.register(
      operatorRoutes({
        chain,
        clock: systemClock,
        requestKeys: { claim: uncalled },
        apiKeys: { create: uncalled, list: uncalled, revoke: uncalled },
        keyUsage: { ofAll: uncalled },
        serving: { models: new Map(), draining: () => 0 },
        measured: { metrics: createMetrics() },
        reportEarnings: uncalled,
        open: { onModel: uncalled, onBid: uncalled },
      }),
    );
    await server.ready();
    return server.swagger();
  } finally {
    await server.close();
  }
}

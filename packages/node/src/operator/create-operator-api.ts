import { createHttpServer, type HttpServer, type Log, observeHttp } from '@yellowstone/service';
import type { Authenticate } from '../api-access.js';
import { translateError } from '../chain/chain-failures.js';
import { installAccess } from './access.js';
import { installDocumentation } from './documentation.js';
import { type OperatorDeps, type OperatorOptions, operatorRoutes } from './operator-routes.js';

export interface OperatorApiDeps extends OperatorDeps {
  readonly log: Log;
  /** Throws for who may not; what is public is not asked. */
  readonly authenticate: Authenticate;
}

export interface OperatorApiOptions extends OperatorOptions {
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
}

/** Nothing an operator sends is large. */
const BODY_LIMIT_BYTES = 65_536;

/** The operator's server of its own, beside a public one. It does not listen yet. */
export async function createOperatorApi(deps: OperatorApiDeps, options: OperatorApiOptions = {}): Promise<HttpServer> {
  const { log, authenticate } = deps;
  const { allowedHosts = [], allowedOrigins = [] } = options;
  const server = createHttpServer(
    { log },
    { allowedHosts, allowedOrigins, bodyLimitBytes: BODY_LIMIT_BYTES, translate: translateError },
  );
  if (deps.measured !== undefined) observeHttp(server, deps.measured.metrics);
  installAccess(server, authenticate);
  await installDocumentation(server);
  await server.register(operatorRoutes(deps, options));
  return server;
}

import type { HttpServer } from '@yellowstone/service';
import { type Authenticate, rememberCaller } from '../api-access.js';

/** What anybody may read: that the node is alive and can serve, and how to talk to it. */
const PUBLIC_ROUTES: readonly string[] = ['/healthz', '/healthcheck', '/readyz', '/openapi.json', '/swagger'];

/** True for a route, as it was registered, that needs no key. */
export function isPublicRoute(route: string): boolean {
  return PUBLIC_ROUTES.some((open) => route === open || route.startsWith(`${open}/`));
}

/**
 * Asks who comes, before anything is read, on every route that is not public. A route that does not exist is told as
 * such to whoever asks: which ones there are is no secret. To be called before routes are registered.
 */
export function installAccess(server: HttpServer, authenticate: Authenticate): void {
  server.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url;
    if (request.is404 || (route !== undefined && isPublicRoute(route))) return;
    rememberCaller(request, await authenticate(request, reply));
  });
}

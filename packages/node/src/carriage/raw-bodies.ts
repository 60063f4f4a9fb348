import type { HttpServer } from '@yellowstone/service';

/** Makes the routes of this scope see bodies as the bytes that came: signatures cover bytes, and fields pass through. */
export function takeRawBodies(server: HttpServer): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

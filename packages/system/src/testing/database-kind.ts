import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server of its own for this run; empty when PostgreSQL is not installed. */
    postgresUrl: string;
  }
}

/** `npm run test:postgres`: the nodes of all tests keep their state in PostgreSQL instead of a folder. */
if (process.env['YELLOWSTONE_TEST_DATABASE'] === 'postgres') {
  const server = inject('postgresUrl');
  if (server === '') throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  process.env['YELLOWSTONE_TEST_POSTGRES'] = server;
}

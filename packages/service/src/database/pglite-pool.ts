import type { PostgresPool, PostgresQueryResult } from 'kysely';

/** What is asked of an embedded database. */
export interface EmbeddedDatabase {
  query(text: string, parameters: unknown[]): Promise<QueryResult>;
  close(): Promise<void>;
}

export interface QueryResult {
  readonly rows: readonly unknown[];
  readonly affectedRows?: number;
}

/** PGlite behind what kysely asks of a pool. It has one connection, so it is handed out to one at a time. */
export function pglitePool(database: EmbeddedDatabase): PostgresPool {
  let last: Promise<void> = Promise.resolve();
  return {
    async connect() {
      const previous = last;
      let release = (): void => undefined;
      last = new Promise((resolve) => (release = resolve));
      await previous;
      const query = async (text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
        const { rows, affectedRows } = await database.query(text, [...parameters]);
        return { command: commandOf(text), rowCount: affectedRows || rows.length, rows: [...rows] };
      };
      // kysely's other form is for cursors, which nobody uses here.
      return { query: query as never, release };
    },
    end: () => database.close(),
  };
}

function commandOf(text: string): PostgresQueryResult<unknown>['command'] {
  const [word = ''] = /\w+/.exec(text) ?? [];
  return word.toUpperCase() as PostgresQueryResult<unknown>['command'];
}

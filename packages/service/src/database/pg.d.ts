// The little of `pg` that we use; its types are a package of their own.
declare module 'pg' {
  import type { PostgresPool } from 'kysely';

  interface PoolConfig {
    readonly connectionString: string;
    readonly max: number;
    readonly connectionTimeoutMillis: number;
    readonly idleTimeoutMillis: number;
    readonly statement_timeout: number;
    readonly idle_in_transaction_session_timeout: number;
    readonly application_name: string;
    readonly types: { getTypeParser(oid: number, format?: string): (text: string) => unknown };
  }

  interface Pool {
    on(event: 'error', listener: (error: Error) => void): this;
    readonly connect: PostgresPool['connect'];
    end(): Promise<void>;
  }

  const pg: { readonly Pool: new (config: PoolConfig) => Pool; readonly types: PoolConfig['types'] };
  export default pg;
}

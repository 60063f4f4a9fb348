import type { Database } from '../database/open-database.js';
import type { Sealer } from '../keys/sealer.js';

/** The keys of a node for one period. */
export interface StoredNodeKeys {
  /** keccak256 of the endpoint they speak for. */
  readonly endpointHash: string;
  /** Number of the rotation. */
  readonly period: bigint;
  /** Under which they are known. */
  readonly publicKey: string;
  /** The private halves. */
  readonly privateBytes: Buffer;
  /** Last second in which they are used [s]. */
  readonly validUntil: bigint;
}

/** Keys of a node, shared by all processes of one wallet; sealed, and deleted when they end. */
export interface NodeKeyStore {
  /** Keeps keys if no process did for this endpoint and period. @returns those that are kept */
  add(keys: StoredNodeKeys): Promise<StoredNodeKeys>;
  /** All that have not ended. @throws AppError sealed_value_unreadable */
  list(now: bigint): Promise<readonly StoredNodeKeys[]>;
  /** Deletes what has ended: nobody can read any more what was sent to it. @returns how many */
  prune(now: bigint): Promise<number>;
}

interface StoreDeps {
  readonly database: Pick<Database, 'sql'>;
  readonly sealer: Sealer;
}

/** @param owner whose keys: chain, diamond, wallet */
export function createNodeKeyStore({ database: { sql }, sealer }: StoreDeps, owner: string): NodeKeyStore {
  const columns = ['endpoint_hash', 'period', 'public_key', 'sealed_keys', 'valid_until'] as const;
  const ours = () => sql.selectFrom('node_keys').select(columns).where('owner', '=', owner);
  const contextOf = (publicKey: string): string => `node keys ${owner} ${publicKey}`;

  const open = (row: Row): StoredNodeKeys => ({
    endpointHash: row.endpoint_hash,
    period: row.period,
    publicKey: row.public_key,
    privateBytes: sealer.open(Buffer.from(row.sealed_keys, 'base64'), contextOf(row.public_key)),
    validUntil: row.valid_until,
  });
  return {
    async add({ endpointHash, period, publicKey, privateBytes, validUntil }) {
      const sealed = sealer.seal(privateBytes, contextOf(publicKey)).toString('base64');
      const place = { owner, endpoint_hash: endpointHash, period };
      await sql
        .insertInto('node_keys')
        .values({ ...place, public_key: publicKey, sealed_keys: sealed, valid_until: validUntil })
        .onConflict((conflict) => conflict.columns(['owner', 'endpoint_hash', 'period']).doNothing())
        .execute();
      const kept = ours().where('endpoint_hash', '=', endpointHash).where('period', '=', period);
      return open(await kept.executeTakeFirstOrThrow());
    },
    async list(now) {
      return (await ours().where('valid_until', '>=', now).execute()).map(open);
    },
    async prune(now) {
      const { numDeletedRows } = await sql.deleteFrom('node_keys').where('valid_until', '<', now).executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

interface Row {
  readonly endpoint_hash: string;
  readonly period: bigint;
  readonly public_key: string;
  readonly sealed_keys: string;
  readonly valid_until: bigint;
}

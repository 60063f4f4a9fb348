import type { ModelViewStructOutput } from '@yellowstone/contracts';
import {
  parseAddress,
  parseBytes32,
  parseModelId,
  type Address,
  type Bytes32,
  type ModelId,
} from '@yellowstone/protocol';

/** A registered model. */
export interface Model {
  readonly modelId: ModelId;
  readonly owner: Address;
  /** Name for people. */
  readonly name: string;
  /** Tags for people. */
  readonly tags: readonly string[];
  /** Content id of the model's files that holds now. */
  readonly ipfsCid: Bytes32;
  /** Without a meaning here, as registered [MOR-wei]. */
  readonly feeMor: bigint;
  /** Stake in the diamond [MOR-wei]. */
  readonly stakeMor: bigint;
  /** First registration [s]. */
  readonly createdAt: bigint;
  /** False after leaving. */
  readonly isActive: boolean;
  /** Version that bids must have to be active. */
  readonly version: bigint;
  /** Another content id that takes over at the start of a UTC day; undefined = none. */
  readonly pending: { readonly ipfsCid: Bytes32; readonly fromDay: bigint } | undefined;
  /** Number of active bids per second. */
  readonly secondBids: number;
  /** Number of active bids per token. */
  readonly tokenBids: number;
}

export function toModel(raw: ModelViewStructOutput): Model {
  const { record } = raw;
  const pending = { ipfsCid: parseBytes32(raw.pendingCID), fromDay: raw.pendingFromDay };
  return Object.freeze({
    modelId: parseModelId(raw.modelId),
    owner: parseAddress(record.owner),
    name: record.name,
    tags: Object.freeze([...record.tags]),
    ipfsCid: parseBytes32(record.ipfsCID),
    feeMor: record.fee,
    stakeMor: record.stake,
    createdAt: record.createdAt,
    isActive: record.createdAt > 0n && !record.isDeleted,
    version: raw.version,
    pending: raw.pendingFromDay === 0n ? undefined : Object.freeze(pending),
    secondBids: Number(raw.secondBids),
    tokenBids: Number(raw.tokenBids),
  });
}

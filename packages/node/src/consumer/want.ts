import type { Address, BidId, ModelId } from '@yellowstone/protocol';
import type { SessionPolicy } from './session-policy.js';

/** Who pays for a session that has to be opened. */
export interface Payer {
  /** Of the API key whose request it is; undefined = the operator. */
  readonly keyId: string | undefined;
  /** The most that sessions opened for this key may cost on one UTC day [MOR-wei]. */
  readonly maxMorPerDay: bigint | undefined;
}

/** A model somebody wants to use, under which conditions, at whose expense. */
export interface Want {
  readonly modelId: ModelId;
  /** For messages. */
  readonly name: string;
  readonly policy: SessionPolicy;
  readonly payer: Payer;
  /** Bids that failed this request. */
  readonly tried: ReadonlySet<BidId>;
  /** Providers whose slots this node has all in use. */
  readonly full: ReadonlySet<Address>;
}

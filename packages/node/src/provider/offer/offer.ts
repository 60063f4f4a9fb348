import type { Bid, Fees, Model, Provider } from '@yellowstone/client';
import { type Address, type BidId, type Bytes32, type ModelId, modelIdOf } from '@yellowstone/protocol';
import { id as keccakOfText } from 'ethers';
import type { ChainReads, ChainWrites } from '../../chain/chain.js';

/** What a provider wants to be on chain. */
export interface Offer {
  /** Stake of the provider [MOR-wei]. */
  readonly stakeMor: bigint;
  /** `host:port` or a full https URL. */
  readonly endpoint: string;
  readonly model: OfferedModel;
  /** [MOR-wei per second] */
  readonly pricePerSecondMor: bigint;
}

export interface OfferedModel {
  readonly name: string;
  readonly tags?: readonly string[];
  /** Content id of the model's files; the hash of the name when there is none. */
  readonly ipfsCid?: Bytes32;
  /** What the id is made of, beside the owner; the hash of the name by default. */
  readonly baseId?: Bytes32;
  /** Stake of the model; the minimum by default [MOR-wei]. */
  readonly stakeMor?: bigint;
}

/** What an offer led to. */
export interface Offered {
  readonly provider: Address;
  readonly modelId: ModelId;
  readonly bidId: BidId;
  /** What had to be done; empty if all was there. */
  readonly done: readonly OfferStep[];
}

export type OfferStep = 'mor_approved' | 'provider_registered' | 'model_registered' | 'bid_posted' | 'bid_repriced';

interface OfferDeps {
  readonly reads: Pick<ChainReads, 'fees' | 'model' | 'morAllowance' | 'provider' | 'providerBids'>;
  readonly writes: Pick<
    ChainWrites,
    'address' | 'approveMor' | 'postModelBid' | 'registerModel' | 'registerProvider' | 'repriceBid'
  >;
}

/**
 * Makes the chain say what the offer says: provider, model, bid. Whatever is there already is left as it is, so that
 * calling again does nothing. MOR is approved once, exactly what is missing.
 * @throws ChainError, such as CHAIN_RepriceTooSoon when the price was changed less than an hour ago.
 */
export async function offer({ reads, writes }: OfferDeps, wanted: Offer): Promise<Offered> {
  const plan = await planOffer(reads, writes.address, wanted);
  const done: OfferStep[] = [];
  const neededMor = plan.providerMor + plan.modelMor + plan.feeMor;
  if ((await reads.morAllowance(writes.address)) < neededMor) {
    await (await writes.approveMor(neededMor)).wait();
    done.push('mor_approved');
  }
  if (plan.mustRegisterProvider) {
    await (await writes.registerProvider({ amountMor: plan.providerMor, endpoint: wanted.endpoint })).wait();
    done.push('provider_registered');
  }
  const { modelId, model } = plan;
  if (plan.mustRegisterModel) {
    await (await writes.registerModel({ ...model, amountMor: plan.modelMor })).wait();
    done.push('model_registered');
  }
  const { pricePerSecondMor } = wanted;
  const { bid } = plan;
  if (bid === undefined) {
    const posted = await (await writes.postModelBid({ modelId, pricePerSecondMor })).wait();
    return { provider: writes.address, modelId, bidId: posted.bidId, done: [...done, 'bid_posted'] };
  }
  if (bid.priceMor !== pricePerSecondMor) {
    const repriced = await (await writes.repriceBid({ bidId: bid.bidId, newPriceMor: pricePerSecondMor })).wait();
    return { provider: writes.address, modelId, bidId: repriced.bidId, done: [...done, 'bid_repriced'] };
  }
  return { provider: writes.address, modelId, bidId: bid.bidId, done };
}

interface Plan {
  readonly mustRegisterProvider: boolean;
  readonly providerMor: bigint;
  readonly mustRegisterModel: boolean;
  readonly modelMor: bigint;
  readonly modelId: ModelId;
  readonly model: { name: string; tags: readonly string[]; ipfsCid: Bytes32; baseId: Bytes32 };
  /** The active bid that is there. */
  readonly bid: Bid | undefined;
  readonly feeMor: bigint;
}

async function planOffer(reads: OfferDeps['reads'], address: Address, wanted: Offer): Promise<Plan> {
  const { name, tags = [], ipfsCid, baseId = keccakOfText(name) as Bytes32, stakeMor } = wanted.model;
  const modelId = modelIdOf(address, baseId);
  const [fees, provider, model, bids] = await Promise.all([
    reads.fees(),
    reads.provider(address),
    reads.model(modelId),
    reads.providerBids(address),
  ]);
  const bid = bids.find((one) => one.isActive && one.unit === 'second' && one.modelId === modelId);
  const providerMor = missing(wanted.stakeMor, provider);
  const modelMor = missing(stakeMor ?? fees.modelMinimumMor, model);
  // A registered model keeps its content unless another one is asked for: new content retires all bids.
  const cid = ipfsCid ?? model?.ipfsCid ?? (keccakOfText(name) as Bytes32);
  return {
    mustRegisterProvider: provider?.isActive !== true || providerMor > 0n || provider.endpoint !== wanted.endpoint,
    providerMor,
    mustRegisterModel: model?.isActive !== true || modelMor > 0n || differs(model, { name, tags, cid }),
    modelMor,
    modelId,
    model: { name, tags, ipfsCid: cid, baseId },
    bid,
    feeMor: bidFee(bid, fees),
  };
}

function missing(wantedMor: bigint, there: Pick<Provider | Model, 'stakeMor'> | undefined): bigint {
  const thereMor = there?.stakeMor ?? 0n;
  return wantedMor > thereMor ? wantedMor - thereMor : 0n;
}

function differs(model: Model, { name, tags, cid }: { name: string; tags: readonly string[]; cid: Bytes32 }): boolean {
  const content = model.pending?.ipfsCid ?? model.ipfsCid;
  return model.name !== name || content !== cid || model.tags.join('\n') !== tags.join('\n');
}

function bidFee(bid: Bid | undefined, { bidFeeMor }: Fees): bigint {
  return bid === undefined ? bidFeeMor : 0n;
}

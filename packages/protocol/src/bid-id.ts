import { AbiCoder, id, keccak256, solidityPacked } from 'ethers';
import type { Address, BidId, Bytes32, ModelId, SessionId } from './units.js';

const abi = AbiCoder.defaultAbiCoder();

/** Rights of delegate.xyz v2 that a delegate of this diamond can hold (reference/wire-compat.json). */
export const DELEGATION_RULES = {
  provider: id('delegation.rules.provider') as Bytes32,
  model: id('delegation.rules.model') as Bytes32,
  marketplace: id('delegation.rules.marketplace') as Bytes32,
  session: id('delegation.rules.session') as Bytes32,
} as const;

/** Id of a bid: keccak256(abi.encode(diamond, provider, modelId, nonce)) (DESIGN 6). */
export function bidIdOf(bid: {
  readonly diamond: Address;
  readonly provider: Address;
  readonly modelId: ModelId;
  /** Number in the one sequence that bids of both kinds of a provider and model draw from. */
  readonly nonce: bigint;
}): BidId {
  const values = [bid.diamond, bid.provider, bid.modelId, bid.nonce];
  return keccak256(abi.encode(['address', 'address', 'bytes32', 'uint256'], values)) as BidId;
}

/** Id of a session: keccak256(abi.encode(chainId, diamond, index)); unique across chains and diamonds (TRUST T4). */
export function sessionIdOf(session: {
  readonly chainId: bigint;
  readonly diamond: Address;
  /** Number of the session in its diamond. */
  readonly index: bigint;
}): SessionId {
  const values = [session.chainId, session.diamond, session.index];
  return keccak256(abi.encode(['uint256', 'address', 'uint256'], values)) as SessionId;
}

/** Id of a model: keccak256(abi.encodePacked(owner, baseId)) (kept function `getModelId`). */
export function modelIdOf(owner: Address, baseId: Bytes32): ModelId {
  return keccak256(solidityPacked(['address', 'bytes32'], [owner, baseId])) as ModelId;
}

/** Key of a provider's offer of a model: keccak256(abi.encodePacked(provider, modelId)) (kept `getProviderModelId`). */
export function providerModelIdOf(provider: Address, modelId: ModelId): Bytes32 {
  return keccak256(solidityPacked(['address', 'bytes32'], [provider, modelId])) as Bytes32;
}

import { recoverAddress, TypedDataEncoder, ZeroAddress } from 'ethers';
import { ProtocolError } from './errors.js';
import { parseSignature, type Signature } from './signature.js';
import type { Address, Bytes32 } from './units.js';

/** Name and version of the EIP-712 domain. */
export const DOMAIN_NAME = 'Yellowstone';
export const DOMAIN_VERSION = '1';

export interface MessageDomain {
  readonly name: typeof DOMAIN_NAME;
  readonly version: typeof DOMAIN_VERSION;
  readonly chainId: bigint;
  /** The diamond. */
  readonly verifyingContract: Address;
}

export interface MessageField {
  readonly name: string;
  readonly type: string;
}

/** A message ready to be hashed, signed, checked. Each kind of message has a file with its type and its builder. */
export interface TypedMessage {
  readonly domain: MessageDomain;
  readonly primaryType: string;
  readonly fields: readonly MessageField[];
  readonly value: Readonly<Record<string, string | bigint>>;
}

/** Whatever can sign EIP-712: an ethers wallet, a hardware wallet, a remote signer. */
export interface MessageSigner {
  signTypedData(
    domain: { name: string; version: string; chainId: bigint; verifyingContract: string },
    types: Record<string, { name: string; type: string }[]>,
    value: Record<string, string | bigint>,
  ): Promise<string>;
}

/** The domain of all messages of a diamond on a chain. */
export function messageDomain(place: { readonly chainId: bigint; readonly diamond: Address }): MessageDomain {
  const { chainId, diamond: verifyingContract } = place;
  return { name: DOMAIN_NAME, version: DOMAIN_VERSION, chainId, verifyingContract };
}

/** EIP-712 domain separator. */
export function domainSeparatorOf(domain: MessageDomain): Bytes32 {
  return TypedDataEncoder.hashDomain(domain) as Bytes32;
}

/** The type as EIP-712 writes it; keccak256 of it is the type hash in the contract. */
export function encodeTypeOf(message: Pick<TypedMessage, 'primaryType' | 'fields'>): string {
  return TypedDataEncoder.from(typesOf(message)).encodeType(message.primaryType);
}

/**
 * hashStruct of EIP-712, without the domain.
 * @throws MESSAGE_FIELD_INVALID if a value does not fit its type.
 */
export function structHashOf(message: TypedMessage): Bytes32 {
  return checkingFields(message, () =>
    TypedDataEncoder.hashStruct(message.primaryType, typesOf(message), message.value),
  ) as Bytes32;
}

/**
 * The 32 bytes that are signed.
 * @throws MESSAGE_FIELD_INVALID if a value does not fit its type.
 */
export function digestOf(message: TypedMessage): Bytes32 {
  return checkingFields(message, () =>
    TypedDataEncoder.hash(message.domain, typesOf(message), message.value),
  ) as Bytes32;
}

/**
 * Signs a message.
 * @throws MESSAGE_FIELD_INVALID if a value does not fit its type; SIGNATURE_… if the signer gives another form.
 */
export async function sign(signer: MessageSigner, message: TypedMessage): Promise<Signature> {
  digestOf(message);
  return parseSignature(await signer.signTypedData({ ...message.domain }, typesOf(message), { ...message.value }));
}

/**
 * The address whose key signed the message. Contract wallets (ERC-1271) must be asked on chain instead.
 * @throws SIGNATURE_… for any form but the canonical one; MESSAGE_FIELD_INVALID if a value does not fit its type.
 */
export function recover(signature: string, message: TypedMessage): Address {
  const canonical = parseSignature(signature);
  const digest = digestOf(message);
  const address = recoverOrZero(digest, canonical);
  if (address === ZeroAddress) throw new ProtocolError('SIGNATURE_UNRECOVERABLE', { digest });
  return address as Address;
}

function typesOf(
  message: Pick<TypedMessage, 'primaryType' | 'fields'>,
): Record<string, { name: string; type: string }[]> {
  return { [message.primaryType]: message.fields.map(({ name, type }) => ({ name, type })) };
}

function recoverOrZero(digest: Bytes32, signature: Signature): string {
  try {
    return recoverAddress(digest, signature);
  } catch {
    return ZeroAddress;
  }
}

function checkingFields(message: TypedMessage, hash: () => string): string {
  try {
    return hash();
  } catch (cause) {
    const details = { message: message.primaryType, reason: String(cause) };
    throw new ProtocolError('MESSAGE_FIELD_INVALID', details, { cause });
  }
}

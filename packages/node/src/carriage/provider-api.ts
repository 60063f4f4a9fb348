import {
  type NodeKeys,
  parseAddress,
  parseBidId,
  parseBytes32,
  parseSessionId,
  type SessionApproval,
  type SessionReceipt,
} from '@yellowstone/protocol';
import { type Static, Type } from 'typebox';

// What the two roles say to each other beside OpenAI's paths. Amounts, nonces and counts of tokens are decimal strings.

/** Major and minor version of this protocol; another major version is not understood. */
export const PROTOCOL_VERSION = '2.0';

/** OpenAI paths that are carried. */
export const CARRIED_PATHS = ['/v1/chat/completions', '/v1/completions', '/v1/embeddings'] as const;
export type CarriedPath = (typeof CARRIED_PATHS)[number];

/** One name for a request in the logs of the consumer, the provider and the backend; not signed, proves nothing. */
export const REQUEST_ID_HEADER = 'x-request-id';

const Decimal = Type.String({ pattern: '^(0|[1-9][0-9]{0,77})$' });
const Bytes32Text = Type.String({ pattern: '^0x[0-9a-fA-F]{64}$' });
const AddressText = Type.String({ pattern: '^0x[0-9a-fA-F]{40}$' });
const SignatureText = Type.String({ pattern: '^0x[0-9a-fA-F]{130}$' });
const PaymentText = Type.Union([Type.Literal('pool'), Type.Literal('direct')]);
const Seconds = Type.Integer({ minimum: 0, maximum: 2 ** 40 - 1 });

export const NodeKeysBody = Type.Object({
  provider: AddressText,
  hpkeKey: Bytes32Text,
  signingKey: Bytes32Text,
  endpointHash: Bytes32Text,
  validUntil: Seconds,
  signature: SignatureText,
});
export type NodeKeysBody = Static<typeof NodeKeysBody>;

export const InfoBody = Type.Object({
  protocolVersion: Type.String({ maxLength: 20 }),
  provider: AddressText,
  signer: AddressText,
  keys: NodeKeysBody,
  models: Type.Array(
    Type.Object({
      modelId: Bytes32Text,
      name: Type.String(),
      bidId: Type.Union([Bytes32Text, Type.Null()]),
      pricePerSecondMor: Type.Union([Decimal, Type.Null()]),
      slots: Type.Integer(),
      /** Slots in use, requests that wait for one, and how many may wait. */
      busy: Type.Integer(),
      waiting: Type.Integer(),
      queue: Type.Integer(),
      isHealthy: Type.Boolean(),
      /** Middle of the latest answers; null before the first. */
      ttftMs: Type.Union([Type.Number(), Type.Null()]),
      tokensPerSecond: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
});
export type InfoBody = Static<typeof InfoBody>;

export const ApprovalAsk = Type.Object(
  { bidId: Bytes32Text, user: AddressText, durationSeconds: Seconds, payment: PaymentText },
  { additionalProperties: false },
);
export type ApprovalAsk = Static<typeof ApprovalAsk>;

export const ApprovalBody = Type.Object({
  approval: Type.Object({
    bidId: Bytes32Text,
    user: AddressText,
    pricePerSecondMor: Decimal,
    maxDurationSeconds: Seconds,
    payment: PaymentText,
    nonce: Decimal,
    deadline: Seconds,
  }),
  signature: SignatureText,
});
export type ApprovalBody = Static<typeof ApprovalBody>;

export const ReceiptBody = Type.Object({
  receipt: Type.Object({
    sessionId: Bytes32Text,
    inputTokens: Decimal,
    outputTokens: Decimal,
    tokensPerSecondMilli: Decimal,
    ttftMs: Decimal,
    deadline: Seconds,
  }),
  signature: SignatureText,
});
export type ReceiptBody = Static<typeof ReceiptBody>;

export function formatNodeKeys({ validUntil, ...keys }: NodeKeys, signature: string): NodeKeysBody {
  return { ...keys, validUntil: Number(validUntil), signature };
}

/** @throws ProtocolError for an address with a wrong checksum. */
export function parseNodeKeys(body: NodeKeysBody): NodeKeys {
  return {
    provider: parseAddress(body.provider),
    hpkeKey: parseBytes32(body.hpkeKey),
    signingKey: parseBytes32(body.signingKey),
    endpointHash: parseBytes32(body.endpointHash),
    validUntil: BigInt(body.validUntil),
  };
}

export function formatApproval(approval: SessionApproval, signature: string): ApprovalBody {
  return {
    approval: {
      bidId: approval.bidId,
      user: approval.user,
      pricePerSecondMor: approval.pricePerSecondMor.toString(),
      maxDurationSeconds: Number(approval.maxDurationSeconds),
      payment: approval.payment,
      nonce: approval.nonce.toString(),
      deadline: Number(approval.deadline),
    },
    signature,
  };
}

/** @throws ProtocolError for an address with a wrong checksum. */
export function parseApproval({ approval }: ApprovalBody): SessionApproval {
  return {
    bidId: parseBidId(approval.bidId),
    user: parseAddress(approval.user),
    pricePerSecondMor: BigInt(approval.pricePerSecondMor),
    maxDurationSeconds: BigInt(approval.maxDurationSeconds),
    payment: approval.payment,
    nonce: BigInt(approval.nonce),
    deadline: BigInt(approval.deadline),
  };
}

export function formatReceipt(receipt: SessionReceipt, signature: string): ReceiptBody {
  return {
    receipt: {
      sessionId: receipt.sessionId,
      inputTokens: receipt.inputTokens.toString(),
      outputTokens: receipt.outputTokens.toString(),
      tokensPerSecondMilli: receipt.tokensPerSecondMilli.toString(),
      ttftMs: receipt.ttftMs.toString(),
      deadline: Number(receipt.deadline),
    },
    signature,
  };
}

export function parseReceipt({ receipt }: ReceiptBody): SessionReceipt {
  return {
    sessionId: parseSessionId(receipt.sessionId),
    inputTokens: BigInt(receipt.inputTokens),
    outputTokens: BigInt(receipt.outputTokens),
    tokensPerSecondMilli: BigInt(receipt.tokensPerSecondMilli),
    ttftMs: BigInt(receipt.ttftMs),
    deadline: BigInt(receipt.deadline),
  };
}

/** Where a provider gives the receipt of a session. */
export function receiptPath(sessionId: string): string {
  return `/yellowstone/sessions/${sessionId}/receipt`;
}

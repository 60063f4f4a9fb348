import { digitsOf, keccakOfDigits } from './packed-hex.js';
import { type ProviderReceipt, providerReceipt } from './provider-receipt.js';
import { type RequestForCompute, rfcIdOf } from './request-for-compute.js';
import { type Ticket, ticket } from './ticket.js';
import { digestOf, type MessageDomain } from './typed-data.js';
import type { Bytes32 } from './units.js';
import { type UsageReport, usageReport } from './usage-report.js';

/** What a router credits for an answer. */
export interface Credit {
  /** Credited [tokens]. */
  readonly tokens: bigint;
  /** Price of the ticket [MOR-wei per token]. */
  readonly pricePerTokenMor: bigint;
  /** tokens * price, larger than 0 [MOR-wei]. */
  readonly amountMor: bigint;
  /** What the router credited for the user on this day, this answer included [MOR-wei]. */
  readonly runningMor: bigint;
  /** Number of the answer among those of the user, router and day. */
  readonly runningNumber: bigint;
}

/** The signatures of the four messages of an answer, 65 bytes each in hex. */
export interface AnswerSignatures {
  readonly rfcSignature: string;
  readonly ticketSignature: string;
  readonly receiptSignature: string;
  readonly reportSignature: string;
}

/** One credited answer: four messages with their signatures, and what is credited for them (DESIGN 8). */
export interface Answer extends Credit, AnswerSignatures {
  readonly rfc: RequestForCompute;
  readonly ticket: Ticket;
  readonly receipt: ProviderReceipt;
  readonly report: UsageReport;
}

/** An answer as the tree of receipts hashes it. */
export interface ReceiptLeaf extends Credit {
  readonly rfcId: Bytes32;
  /** Digest of the ticket. */
  readonly ticketId: Bytes32;
  /** Digest of the provider's receipt. */
  readonly receiptId: Bytes32;
  /** Digest of the user's report. */
  readonly reportId: Bytes32;
  /** `signaturesHashOf` the four signatures. */
  readonly signaturesHash: Bytes32;
}

/** A leaf with what it was made of. */
export interface AnswerLeaf extends ReceiptLeaf {
  readonly answer: Answer;
}

/** keccak256 over the keccak256 of each signature: request, ticket, receipt, report. */
export function signaturesHashOf(signatures: AnswerSignatures): Bytes32 {
  const { rfcSignature, ticketSignature, receiptSignature, reportSignature } = signatures;
  const hashes = [rfcSignature, ticketSignature, receiptSignature, reportSignature].map((signature) =>
    digitsOf(keccakOfDigits(digitsOf(signature))),
  );
  return keccakOfDigits(...hashes);
}

/**
 * The leaf of an answer, with the answer beside it to be shown when it is demanded. A router makes it once, when the
 * answer is settled: it hashes four messages.
 * @throws MESSAGE_FIELD_INVALID if a value of a message does not fit its type.
 */
export function receiptLeafOf(domain: MessageDomain, answer: Answer): AnswerLeaf {
  const { tokens, pricePerTokenMor, amountMor, runningMor, runningNumber } = answer;
  return {
    rfcId: rfcIdOf(domain, answer.rfc),
    ticketId: digestOf(ticket(domain, answer.ticket)),
    receiptId: digestOf(providerReceipt(domain, answer.receipt)),
    reportId: digestOf(usageReport(domain, answer.report)),
    signaturesHash: signaturesHashOf(answer),
    tokens,
    pricePerTokenMor,
    amountMor,
    runningMor,
    runningNumber,
    answer,
  };
}

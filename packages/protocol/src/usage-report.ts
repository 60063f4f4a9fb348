import { requireSameFacts } from './message-match.js';
import { type RequestForCompute, rfcIdOf } from './request-for-compute.js';
import type { Verdict } from './session.js';
import type { MessageDomain, MessageField, TypedMessage } from './typed-data.js';
import type { Address, RfcId } from './units.js';

/** What the user says of an answer; `none` says nothing, which credits nothing. */
export type ReportVerdict = 'none' | Verdict;

/** Codes of the verdicts in signed messages and in the contract. */
export const VERDICT_CODES = { none: 0n, pass: 1n, fail: 2n } as const satisfies Record<ReportVerdict, bigint>;

/** What the user received (DESIGN 8, step 9). Signed by a registered key of the user. */
export interface UsageReport {
  readonly rfcId: RfcId;
  /** Equal to the request's. */
  readonly router: Address;
  /** Equal to the request's. */
  readonly day: bigint;
  /** What the user counted [tokens]. */
  readonly tokens: bigint;
  /** From the request to the last token [ms]. */
  readonly durationMs: bigint;
  readonly verdict: ReportVerdict;
}

/** EIP-712 type of `UsageReport`; verdict is 0 for none, 1 for pass, 2 for fail. */
export const USAGE_REPORT_FIELDS: readonly MessageField[] = [
  { name: 'rfcId', type: 'bytes32' },
  { name: 'router', type: 'address' },
  { name: 'day', type: 'uint24' },
  { name: 'tokens', type: 'uint64' },
  { name: 'durationMs', type: 'uint32' },
  { name: 'verdict', type: 'uint8' },
];

/** A usage report, ready for `digestOf`, `sign` and `recover`. */
export function usageReport(domain: MessageDomain, report: UsageReport): TypedMessage {
  const value = { ...report, verdict: VERDICT_CODES[report.verdict] };
  return { domain, primaryType: 'UsageReport', fields: USAGE_REPORT_FIELDS, value };
}

/**
 * Refuses a report of another request, router or day (DESIGN 8).
 * @throws REPORT_NOT_FOR_REQUEST with the field that differs.
 */
export function requireReportFor(domain: MessageDomain, request: RequestForCompute, report: UsageReport): void {
  const { router, day } = request;
  requireSameFacts('REPORT_NOT_FOR_REQUEST', { rfcId: rfcIdOf(domain, request), router, day }, { ...report });
}

import type { JsonRpcProvider } from 'ethers';
import type { Connection } from './connection.js';
import { decodeError } from './decode-error.js';

/** What is called. */
export interface Call {
  readonly to: string;
  readonly data: string;
  /** ETH that goes along [wei]; 0 by default. */
  readonly value?: bigint;
}

/** What is offered for gas [wei per gas]; chains without a base fee have one price. */
export type GasFees =
  { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint } | { readonly gasPrice: bigint };

/** A transaction that lacks its nonce and its signature. */
export interface TransactionDraft {
  readonly to: string;
  readonly data: string;
  /** [wei] */
  readonly value: bigint;
  readonly gasLimit: bigint;
  readonly fees: GasFees;
}

/** Room above the estimate, because the state may change before the transaction runs: one fifth. */
const GAS_MARGIN_DIVISOR = 5n;

/**
 * Gas limit for a call, with room above the estimate. What would revert is refused here, before anything is sent.
 * @throws ChainError decoded
 */
export async function estimateGas({ provider }: Connection, from: string, call: Call, doing: string): Promise<bigint> {
  try {
    const estimate = await provider.estimateGas({ ...call, from });
    return estimate + estimate / GAS_MARGIN_DIVISOR;
  } catch (error) {
    throw decodeError(error, doing);
  }
}

/** What to offer now. @throws ChainError decoded */
export async function suggestFees({ provider }: { readonly provider: JsonRpcProvider }): Promise<GasFees> {
  try {
    const { maxFeePerGas, maxPriorityFeePerGas, gasPrice } = await provider.getFeeData();
    if (maxFeePerGas !== null && maxPriorityFeePerGas !== null) return { maxFeePerGas, maxPriorityFeePerGas };
    return { gasPrice: gasPrice ?? 0n };
  } catch (error) {
    throw decodeError(error, 'suggestFees');
  }
}

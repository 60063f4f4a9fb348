import type { GasFees } from '@yellowstone/client';

/** Nodes replace a transaction only for at least a tenth more; an eighth more leaves room for their rounding. */
const RAISE_DIVISOR = 8n;

/** What to offer so that a node takes the new transaction instead of the old one: more than before, and what is usual now. */
export function raiseFees(previous: GasFees, usual: GasFees): GasFees {
  if ('gasPrice' in previous) {
    const usualPrice = 'gasPrice' in usual ? usual.gasPrice : usual.maxFeePerGas;
    return { gasPrice: larger(raised(previous.gasPrice), usualPrice) };
  }
  const usualMax = 'gasPrice' in usual ? usual.gasPrice : usual.maxFeePerGas;
  const usualPriority = 'gasPrice' in usual ? usual.gasPrice : usual.maxPriorityFeePerGas;
  return {
    maxFeePerGas: larger(raised(previous.maxFeePerGas), usualMax),
    maxPriorityFeePerGas: larger(raised(previous.maxPriorityFeePerGas), usualPriority),
  };
}

/** Rounded up. */
function raised(price: bigint): bigint {
  return price + price / RAISE_DIVISOR + 1n;
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

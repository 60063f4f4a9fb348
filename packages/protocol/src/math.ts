import { ProtocolError } from './errors.js';

/**
 * x * y / divisor in full precision, rounded down.
 * @throws DIVISION_BY_ZERO if the divisor is 0, NEGATIVE_NUMBER if any number is negative.
 */
export function mulDivDown(x: bigint, y: bigint, divisor: bigint): bigint {
  requireNaturals({ x, y, divisor });
  if (divisor === 0n) throw new ProtocolError('DIVISION_BY_ZERO', { x, y });
  return (x * y) / divisor;
}

/**
 * x * y / divisor in full precision, rounded up.
 * @throws DIVISION_BY_ZERO if the divisor is 0, NEGATIVE_NUMBER if any number is negative.
 */
export function mulDivUp(x: bigint, y: bigint, divisor: bigint): bigint {
  const down = mulDivDown(x, y, divisor);
  return down * divisor === x * y ? down : down + 1n;
}

/** The smaller of two. Any unit, exact. */
export function min(x: bigint, y: bigint): bigint {
  return x < y ? x : y;
}

/** The larger of two. Any unit, exact. */
export function max(x: bigint, y: bigint): bigint {
  return x > y ? x : y;
}

/** x - y, but never below 0. Any unit, exact. */
export function saturatingSub(x: bigint, y: bigint): bigint {
  return x > y ? x - y : 0n;
}

/**
 * Refuses negative numbers, which Solidity's unsigned types cannot hold either.
 * @throws NEGATIVE_NUMBER with the name and the value.
 */
export function requireNaturals(numbers: Readonly<Record<string, bigint>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value < 0n) throw new ProtocolError('NEGATIVE_NUMBER', { [name]: value });
  }
}

import type { AppError } from '@yellowstone/service';
import { nodeError } from '../errors.js';

/** A mistake in the command itself: the program ends with 2. */
export function usageError(problem: string): AppError {
  return nodeError('usage_wrong', { problem });
}

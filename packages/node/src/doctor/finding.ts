import { isChainError } from '@yellowstone/client';
import { AppError, describeError, scrub } from '@yellowstone/service';

/** How good what was found is; one `bad` means that the node will not do its work. */
export type Level = 'ok' | 'warn' | 'bad';

/** One thing that was looked at. */
export interface Finding {
  readonly check: string;
  readonly level: Level;
  /** With the values. */
  readonly found: string;
  /** What to do about it. */
  readonly next?: string;
}

export function ok(check: string, found: string): Finding {
  return { check, level: 'ok', found };
}

export function warn(check: string, found: string, next: string): Finding {
  return { check, level: 'warn', found, next };
}

export function bad(check: string, found: string, next: string): Finding {
  return { check, level: 'bad', found, next };
}

/** What could not be looked at, because something else is missing: that is what to repair. */
export function unseen(check: string, because: string): Finding {
  return { check, level: 'warn', found: `not looked at, because ${because}` };
}

/** A failure in its own words, one line without secrets. */
export function failureText(error: unknown): string {
  if (isChainError(error)) return lineOf(scrub(error.message));
  return lineOf(describeError(error).message);
}

/** What the failure says to do, or else the other thing. */
export function hintOf(error: unknown, otherwise: string): string {
  return error instanceof AppError && error.hint !== undefined ? error.hint : otherwise;
}

function lineOf(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}

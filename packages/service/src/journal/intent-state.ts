/** How far a chain write has come. */
export type IntentState = 'intended' | 'signed' | 'sent' | 'mined' | 'failed';

/** What may follow; anything else is a mistake in the program. */
const NEXT: Readonly<Record<IntentState, readonly IntentState[]>> = {
  // It gets a nonce, or it would revert.
  intended: ['signed', 'failed'],
  // Broadcast, found in a block, reverted; back when another program took its nonce.
  signed: ['sent', 'mined', 'failed', 'intended'],
  sent: ['mined', 'failed', 'intended'],
  // Its block is no longer part of the chain.
  mined: ['signed'],
  failed: ['signed'],
};

/** Throws for a step that makes no sense. */
export function requireStep(from: IntentState, to: IntentState): void {
  if (!NEXT[from].includes(to)) throw new Error(`a chain intent cannot go from ${from} to ${to}`);
}

/** True while something is still to be done. */
export function isUnfinished(state: IntentState): boolean {
  return state === 'intended' || state === 'signed' || state === 'sent';
}

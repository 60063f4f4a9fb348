import type { Sent, WaitOptions, Writes } from '@yellowstone/client';
import { unlessAborted } from '../consumer/sessions/unless-aborted.js';
import type { Terminal } from './terminal.js';

type WriteName = Exclude<keyof Writes, 'address'>;
type Write = (...args: never[]) => Promise<Sent<object>>;

/** What each write does, for people. */
const DOINGS: Readonly<Record<WriteName, string>> = {
  approveMor: 'allowing the diamond to take MOR',
  transferMor: 'sending MOR',
  registerProvider: 'registering the provider',
  deregisterProvider: 'leaving as a provider',
  setPayout: 'setting the payout address',
  registerModel: 'registering the model',
  retireModel: 'retiring the model',
  deregisterModel: 'removing the model',
  postModelBid: 'posting the bid',
  postTokenBid: 'posting the bid',
  repriceBid: 'changing the price',
  confirmBid: 'confirming the bid',
  deleteBid: 'deleting the bid',
  stake: 'staking',
  unstake: 'unstaking',
  withdrawStake: 'withdrawing stake',
  openSession: 'opening the session',
  closeSession: 'closing the session',
  claimSessionCredits: 'claiming credits',
  withdrawDirect: 'withdrawing direct earnings',
  openDay: 'opening the day',
  sync: 'taking in emission',
};

/** The same writes; each tells what is waited for, and none goes on after the command was stopped. */
export function tellingWrites(
  writes: Writes,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): Writes {
  const telling = (name: WriteName): Write => {
    const write = writes[name] as Write;
    return async (...args) => {
      signal.throwIfAborted();
      const sent = await terminal.wait(DOINGS[name], () => unlessAborted(write(...args), signal));
      const wait = (options?: WaitOptions) =>
        terminal.wait(`waiting for transaction ${sent.hash}`, () => sent.wait({ ...options, signal }));
      return { hash: sent.hash, wait };
    };
  };
  const names = Object.keys(DOINGS) as WriteName[];
  // Each function keeps the type of the one it wraps.
  return { ...writes, ...(Object.fromEntries(names.map((name) => [name, telling(name)])) as Omit<Writes, 'address'>) };
}

import { unlessAborted } from './unless-aborted.js';

/** Runs what it is given one after the other; who leaves before its turn is passed over, a running one is waited for. */
export type OneAtATime = <Value>(act: () => Promise<Value>, signal: AbortSignal) => Promise<Value>;

/** @param settle what has to be over before each of them */
export function createOneAtATime(settle: (signal: AbortSignal) => Promise<void>): OneAtATime {
  let last: Promise<void> = Promise.resolve();
  return async (act, signal) => {
    const before = last;
    let done: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => (done = resolve));
    last = before.then(() => mine);
    try {
      await unlessAborted(before, signal);
      await settle(signal);
      return await act();
    } finally {
      done();
    }
  };
}

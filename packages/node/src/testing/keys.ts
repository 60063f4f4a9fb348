import { parseAddress, type Address } from '@yellowstone/protocol';
import { createLog, type Log } from '@yellowstone/service';
import { Wallet } from 'ethers';

/** Keys of tests; nobody else's. */
export const providerWallet = new Wallet(`0x${'a1'.repeat(32)}`);
export const otherProviderWallet = new Wallet(`0x${'a2'.repeat(32)}`);
export const userWallet = new Wallet(`0x${'b1'.repeat(32)}`);
export const strangerWallet = new Wallet(`0x${'c1'.repeat(32)}`);

export function addressOf(wallet: Wallet): Address {
  return parseAddress(wallet.address);
}

export const quietLog: Log = createLog({ name: 'test', level: 'silent' });

/** A log whose lines can be read. */
export function readableLog(level: 'debug' | 'info' = 'debug'): { log: Log; text: () => string } {
  let text = '';
  const destination = { write: (line: string) => void (text += line) };
  return { log: createLog({ name: 'test', level, destination }), text: () => text };
}

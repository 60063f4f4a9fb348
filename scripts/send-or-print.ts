import type { Signer } from 'ethers';

/** A transaction and who may send it. */
export interface Sending {
  readonly sender: Signer | undefined;
  /** Who is missing on this machine, for the words. */
  readonly role: string;
  readonly to: string;
  readonly data: string;
}

/**
 * Sends a transaction and waits for it. Without a sender, as with a multi-signature account, prints the call for those
 * who may send it.
 * @returns True if it was sent and mined.
 */
export async function sendOrPrint({ sender, role, to, data }: Sending, log: (line: string) => void): Promise<boolean> {
  if (sender === undefined) {
    log(`no account of this machine is ${role}; send this transaction from one that is`);
    log(`  to:   ${to}`);
    log(`  data: ${data}`);
    return false;
  }
  const transaction = await sender.sendTransaction({ to, data });
  await transaction.wait();
  log(`sent by ${await sender.getAddress()} in ${transaction.hash}`);
  return true;
}

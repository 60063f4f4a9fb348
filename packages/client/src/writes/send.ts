import type { IYellowstone__factory } from '@yellowstone/contracts';
import type { ContractTransaction } from 'ethers';
import type { Connection } from '../chain/connection.js';
import { decodeError } from '../chain/decode-error.js';
import { receiptEvents, type ReceiptEvents } from '../chain/receipt-events.js';
import type { Sender } from '../chain/sender.js';
import type { Outcome, Sent, WaitOptions } from '../chain/sent.js';

/** Sends one call and reads what it did out of its events. */
export type Send = <Facts extends object>(
  doing: string,
  call: Promise<ContractTransaction>,
  facts: (events: ReceiptEvents) => Facts,
) => Promise<Sent<Facts>>;

/** The binding whose calls are sent. */
export type Diamond = ReturnType<typeof IYellowstone__factory.connect>;

export function createSend(connection: Connection, sender: Sender): Send {
  return async <Facts extends object>(
    doing: string,
    call: Promise<ContractTransaction>,
    facts: (events: ReceiptEvents) => Facts,
  ): Promise<Sent<Facts>> => {
    const { to, data } = await call.catch((error: unknown) => {
      throw decodeError(error, doing);
    });
    const sent = await sender.send({ to, data }, doing);
    const wait = async (options?: WaitOptions): Promise<Outcome<Facts>> => {
      const receipt = await sent.receipt(options);
      const { gasUsed, blockNumber } = receipt;
      const known = facts(receiptEvents(connection, receipt));
      return Object.freeze({ ...known, gasUsed, blockNumber: BigInt(blockNumber) });
    };
    return Object.freeze({ hash: sent.hash, wait });
  };
}

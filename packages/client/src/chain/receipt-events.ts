import { chainError } from '../errors.js';
import type { Connection } from './connection.js';
import type { Receipt } from './sent.js';
import { decodeEvent, type DiamondEvent, type EventArgs, type EventName } from './diamond-events.js';

/** The diamond's events of one transaction. */
export interface ReceiptEvents {
  /** @throws CHAIN_EVENT_MISSING: the diamond has another version */
  one<Name extends EventName>(name: Name): EventArgs<Name>;
  /** For events that some outcomes do not have. */
  maybe<Name extends EventName>(name: Name): EventArgs<Name> | undefined;
}

export function receiptEvents({ diamond }: Connection, { logs, hash }: Receipt): ReceiptEvents {
  const events = logs.filter((log) => log.address === diamond).map(decodeEvent);
  const maybe: ReceiptEvents['maybe'] = (name) => {
    const isNamed = (event: DiamondEvent | undefined): boolean => event?.name === name;
    return events.find(isNamed)?.args as EventArgs<typeof name> | undefined;
  };
  return {
    maybe,
    one(name) {
      const args = maybe(name);
      if (args === undefined)
        throw chainError('CHAIN_EVENT_MISSING', { event: name, hash }, 'update @yellowstone/client');
      return args;
    },
  };
}

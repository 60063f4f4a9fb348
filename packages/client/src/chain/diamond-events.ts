import { IYellowstone__factory, type IYellowstone, type TypedContractEvent } from '@yellowstone/contracts';
import type { ReceiptLog } from './sent.js';

/** Names of the diamond's events. */
export type EventName = Exclude<keyof IYellowstone['filters'], `${string}(${string}`>;

/** Arguments of an event as the ABI names them. */
export type EventArgs<Name extends EventName> =
  IYellowstone['filters'][Name] extends TypedContractEvent<infer _Input, infer _Output, infer Args>
    ? Readonly<Args>
    : never;

/** An event of the diamond and where it happened. */
export type DiamondEvent<Name extends EventName = EventName> = {
  readonly [Each in Name]: {
    readonly name: Each;
    readonly args: EventArgs<Each>;
    readonly blockNumber: bigint;
    readonly blockHash: string;
    readonly transactionHash: string;
    /** Place in the block. */
    readonly logIndex: number;
  };
}[Name];

const diamondInterface = IYellowstone__factory.createInterface();

/** @returns undefined for an event this version does not know */
export function decodeEvent(log: ReceiptLog): DiamondEvent | undefined {
  const description = diamondInterface.parseLog(log);
  if (description === null) return undefined;
  const event = {
    name: description.name,
    args: Object.freeze(description.args.toObject(true)),
    blockNumber: BigInt(log.blockNumber),
    blockHash: log.blockHash,
    transactionHash: log.transactionHash,
    logIndex: log.index,
  };
  return Object.freeze(event) as DiamondEvent;
}

import {
  type BlockPoint,
  type Connection,
  firstBlockSince,
  type MoneyRange,
  type ProviderMoney,
  readBlockPoint,
  readProviderMoney,
  type Reads,
} from '@yellowstone/client';

/** What is asked of the chain to know a provider's earnings. */
export interface MoneyChain extends Pick<Reads, 'provider' | 'session'> {
  /** The block of a number, or the latest one; undefined if there is none. */
  block(number?: bigint): Promise<BlockPoint | undefined>;
  firstBlockSince(timestamp: bigint): Promise<bigint>;
  money(range: MoneyRange): Promise<ProviderMoney>;
}

export function moneyChainOf(
  connection: Connection,
  { provider, session }: Pick<Reads, 'provider' | 'session'>,
): MoneyChain {
  return {
    provider,
    session,
    block: (number) => readBlockPoint(connection, number),
    firstBlockSince: (timestamp) => firstBlockSince(connection, timestamp),
    money: (range) => readProviderMoney(connection, range),
  };
}

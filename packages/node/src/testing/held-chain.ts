import type { Connection, Reads, Writes } from '@yellowstone/client';
import type { Wallet } from 'ethers';
import type { FakeChain } from './fake-chain.js';

/** The market in memory that commands of a test are connected to. */
export interface HeldChain {
  chain: FakeChain;
  /** Answers of the chain that a test changes. */
  reads: Partial<Reads>;
  /** Connections that nobody closed yet. */
  open: number;
}

/** What `@yellowstone/client` has for connecting, for `vi.mock`: it finds the market in memory behind any endpoint. */
export function clientOf(held: HeldChain) {
  const anybody = { address: `0x${'99'.repeat(20)}` } as Wallet;
  return {
    connect: async (): Promise<Connection> => {
      held.open += 1;
      const { chainId, verifyingContract: diamond } = held.chain.domain;
      let isOpen = true;
      const close = (): void => {
        if (isOpen) held.open -= 1;
        isOpen = false;
      };
      return { chainId, diamond, mor: diamond, provider: {}, pollingIntervalMs: 10, close } as unknown as Connection;
    },
    createReads: (): Reads => {
      const pool = async (): Promise<unknown> => ({ availableMor: 10n ** 24n });
      return { ...held.chain.as(anybody).reads, pool, ...held.reads } as unknown as Reads;
    },
    createWrites: (_: Connection, signer: { readonly address: string }): Writes =>
      held.chain.as(signer as Wallet).writes as unknown as Writes,
  };
}

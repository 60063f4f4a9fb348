import type { Address } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import { Overview } from '../../money/overview.js';
import { AccountAddress } from '../fields.js';

interface WalletDeps {
  /** The account that signs and pays. */
  readonly address: Address;
  readonly overview: () => Promise<Overview>;
}

const Wallet = Type.Object({ address: AccountAddress });

/** The wallet of this node. It is set when the node starts; no route takes or gives a key. */
export function walletRoutes({ address, overview }: WalletDeps) {
  return async (server: HttpServer): Promise<void> => {
    const schema = { tags: ['wallet'], summary: 'Address of the wallet', response: { 200: Wallet } };
    server.get('/wallet', { schema }, async () => ({ address }));
    server.get(
      '/wallet/overview',
      {
        schema: {
          tags: ['wallet'],
          summary:
            'All money of this node: wallet, stakes, what is on its way out, escrow, earnings, pending transactions',
          response: { 200: Overview },
        },
      },
      overview,
    );
  };
}

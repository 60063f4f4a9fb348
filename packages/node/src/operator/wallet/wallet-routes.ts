import type { Address } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import { AccountAddress } from '../fields.js';

interface WalletDeps {
  /** The account that signs and pays. */
  readonly address: Address;
}

const Wallet = Type.Object({ address: AccountAddress });

/** The wallet of this node. It is set when the node starts; no route takes or gives a key. */
export function walletRoutes({ address }: WalletDeps) {
  return async (server: HttpServer): Promise<void> => {
    const schema = { tags: ['wallet'], summary: 'Address of the wallet', response: { 200: Wallet } };
    server.get('/wallet', { schema }, async () => ({ address }));
  };
}

import { IYellowstone__factory } from '@yellowstone/contracts';
import type { Connection } from './chain/connection.js';
import { createSender, type Sender } from './chain/sender.js';
import type { WalletSource } from './chain/signing-key.js';
import type { Writes } from './writes.js';
import { bidWrites, modelWrites, providerWrites } from './writes/market.js';
import { claimWrites, morWrites, poolWrites, stakeWrites } from './writes/money.js';
import { createSend } from './writes/send.js';
import { sessionWrites } from './writes/sessions.js';

/**
 * Writes to the diamond of a connection with one key.
 * @param wallet a private key, an ethers signer that knows its address, or a sender of your own
 */
export function createWrites(connection: Connection, wallet: WalletSource | Sender): Writes {
  const sender = 'send' in wallet ? wallet : createSender(connection, wallet);
  const { address } = sender;
  const diamond = IYellowstone__factory.connect(connection.diamond, connection.provider);
  const send = createSend(connection, sender);
  return Object.freeze({
    address,
    ...morWrites(connection, send),
    ...providerWrites(diamond, send, address),
    ...modelWrites(diamond, send, address),
    ...bidWrites(diamond, send, address),
    ...stakeWrites(diamond, send),
    ...sessionWrites(diamond, send),
    ...claimWrites(diamond, send),
    ...poolWrites(diamond, send),
  });
}

import { HDNodeWallet, Mnemonic } from 'ethers';

/** The mnemonic that every local Hardhat chain funds; its keys are public and worth nothing. */
const DEV_MNEMONIC = 'test test test test test test test test test test test junk';

export interface Account {
  readonly address: string;
  readonly privateKey: string;
}

/** The n-th funded account of a local chain. */
export function devAccount(n: number): Account {
  const { address, privateKey } = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEV_MNEMONIC), `m/44'/60'/0'/0/${n}`);
  return { address, privateKey };
}

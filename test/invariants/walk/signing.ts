import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import { APPROVAL_TYPES, domainOf, RECEIPT_TYPES } from '../../fixtures/sessions';
import type { Stage } from './stage';

/** What a contract wallet gets as a signature: it does not look at it. */
const FOR_A_WALLET = `0x${'5a'.repeat(40)}`;

/** Signature of a provider: of its key, or bytes for a contract wallet. */
export async function signatureOf(
  stage: Pick<Stage, 'diamond'> & Partial<Pick<Stage, 'wallet'>>,
  provider: HardhatEthersSigner,
  kind: 'approval' | 'receipt',
  message: object,
): Promise<string> {
  if (provider.address === stage.wallet?.target) return FOR_A_WALLET;
  const types = kind === 'approval' ? APPROVAL_TYPES : RECEIPT_TYPES;
  return provider.signTypedData(await domainOf(stage), types, message);
}

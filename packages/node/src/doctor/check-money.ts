import { type Address, formatMor } from '@yellowstone/protocol';
import { bad, type Finding, ok, unseen, warn } from './finding.js';
import type { DoctorReads } from './world.js';

type MoneyReads = Pick<DoctorReads, 'etherBalance' | 'morBalance' | 'morAllowance' | 'stake' | 'provider' | 'fees'>;

interface Whose {
  readonly role: 'provider' | 'consumer';
  /** Pays gas and MOR. */
  readonly account: Address | undefined;
  /** The provider on chain. */
  readonly provider: Address | undefined;
}

/** Enough for some transactions [wei], 0.001 ETH. */
const LITTLE_ETHER = 10n ** 15n;
/** What wallets write for "everything". */
const UNLIMITED = 2n ** 128n;

/** What pays gas, stakes and sessions. */
export async function checkMoney(
  reads: MoneyReads | undefined,
  { role, account, provider }: Whose,
): Promise<readonly Finding[]> {
  const checks = ['gas', 'MOR', 'allowance'];
  if (account === undefined) return checks.map((check) => unseen(check, 'the account is not known'));
  if (reads === undefined) return checks.map((check) => unseen(check, 'the chain cannot be reached'));
  const [etherWei, walletMor, allowanceMor] = await Promise.all([
    reads.etherBalance(account),
    reads.morBalance(account),
    reads.morAllowance(account),
  ]);
  const mor =
    role === 'consumer'
      ? consumerMor(walletMor, (await reads.stake(account, 'session')).activeMor)
      : await providerMor(reads, walletMor, provider ?? account);
  return [gas(etherWei, account), mor, allowance(allowanceMor)];
}

function gas(etherWei: bigint, account: Address): Finding {
  // Ether has 18 decimals too.
  const found = `${formatMor(etherWei)} ETH`;
  if (etherWei === 0n) return bad('gas', found, `Send ETH to ${account}: nothing can be sent without.`);
  return etherWei < LITTLE_ETHER ? warn('gas', found, `Send ETH to ${account} soon.`) : ok('gas', found);
}

function consumerMor(walletMor: bigint, stakedMor: bigint): Finding {
  const found = `${formatMor(walletMor)} MOR in the wallet, ${formatMor(stakedMor)} MOR staked for sessions`;
  return walletMor + stakedMor === 0n
    ? bad('MOR', found, 'Send MOR to the account: sessions need stake or pay.')
    : ok('MOR', found);
}

async function providerMor(reads: MoneyReads, walletMor: bigint, provider: Address): Promise<Finding> {
  const stakeMor = (await reads.provider(provider))?.stakeMor ?? 0n;
  const { providerMinimumMor } = await reads.fees();
  const found = `${formatMor(walletMor)} MOR in the wallet, ${formatMor(stakeMor)} MOR staked as provider`;
  const missingMor = providerMinimumMor - stakeMor;
  if (missingMor <= 0n) return ok('MOR', found);
  const needs = `${formatMor(missingMor)} MOR more of stake`;
  if (walletMor >= missingMor)
    return warn('MOR', `${found}; the minimum needs ${needs}`, 'Run `yellowstone provider offer`.');
  return bad('MOR', `${found}; the minimum needs ${needs}`, 'Send MOR to the account.');
}

function allowance(allowanceMor: bigint): Finding {
  if (allowanceMor < UNLIMITED) {
    return ok('allowance', `the diamond may take ${formatMor(allowanceMor)} MOR; the node approves what it needs`);
  }
  return warn(
    'allowance',
    'the diamond may take all MOR of the account',
    'Approve an amount instead: POST /blockchain/approve.',
  );
}

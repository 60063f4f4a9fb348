import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ethers } from 'hardhat';
import { time } from '@nomicfoundation/hardhat-network-helpers';
import type { ContractTransactionResponse, Signer } from 'ethers';
import {
  BASE_MODEL_ID,
  CID,
  DAY,
  MODEL_NAME,
  MOR,
  PRICE_MOR,
  Payment,
  Purpose,
  Verdict,
  fundedMarket,
} from '../../test/fixtures/market';
import {
  NO_RECEIPT,
  SESSION_SECONDS,
  receiptOf,
  signReceipt,
  termsOf,
  signApproval,
} from '../../test/fixtures/sessions';

import { measureComputeGas } from './compute';

/** Gas of the steps of `gas-baseline.json`, in its order, on one deployment. Exact: receipts' gasUsed. */

const STAKE_MOR = 120n * MOR;
const FUNDS_MOR = 1_000_000n * MOR;
/** So much pool that two sessions fit the allowance of 120 MOR. */
const POOL_MOR = 500_000_000n * MOR;
/** Stake for the sessions that are not measured. */
const SETUP_STAKE_MOR = 10_000n * MOR;
const FRESH_PROVIDERS = 51;

interface Operation {
  readonly gas: number;
  readonly baseline: number | null;
  readonly ratio: number | null;
}

const endpointOf = (n: number): string => `provider${String(n).padStart(3, '0')}.example.com:3333`;
const baseIdOf = (n: number): string => ethers.zeroPadValue(ethers.toBeHex(n), 32);

export async function measureGas(): Promise<Record<string, number>> {
  const gas: Record<string, number> = {};
  const measure = async (name: string, sent: Promise<ContractTransactionResponse>): Promise<void> => {
    const receipt = await (await sent).wait();
    gas[name] = Number(receipt!.gasUsed);
  };

  const market = await fundedMarket();
  const { diamond, mor, provider: P1, otherProvider: P2, rest } = market;
  const [P3, U1, U2, U3, ...fresh] = rest as unknown as [Signer, Signer, Signer, Signer, ...Signer[]];
  for (const account of rest) {
    await mor.mint(account, FUNDS_MOR);
    await mor.connect(account).approve(diamond, FUNDS_MOR);
  }

  // --- Providers and models
  await measure('providerRegister.firstEver', diamond.connect(P1).providerRegister(P1, 100n * MOR, endpointOf(1)));
  await measure('providerRegister.secondProvider', diamond.connect(P2).providerRegister(P2, 10n * MOR, endpointOf(2)));
  await measure('providerRegister.topUp', diamond.connect(P1).providerRegister(P1, MOR, endpointOf(1)));
  await measure('providerRegister.endpointUpdateNoStake', diamond.connect(P1).providerRegister(P1, 0, endpointOf(9)));
  await diamond.connect(P3).providerRegister(P3, 10n * MOR, endpointOf(3));
  await measure('providerDeregister', diamond.connect(P3).providerDeregister(P3));

  const registerModel = (baseId: string, amount: bigint): Promise<ContractTransactionResponse> =>
    diamond.connect(P1).modelRegister(P1, baseId, CID, 0, amount, MODEL_NAME, ['llm', 'tee']);
  await measure('modelRegister.firstEver', registerModel(BASE_MODEL_ID, MOR / 10n));
  await measure('modelRegister.second', registerModel(baseIdOf(2), MOR / 10n));
  await measure('modelRegister.updateNoStakeSameData', registerModel(BASE_MODEL_ID, 0n));
  const modelId = await diamond.getModelId(P1, BASE_MODEL_ID);

  // --- Bids
  const post = (who: Signer, price: bigint): Promise<ContractTransactionResponse> =>
    diamond.connect(who).postModelBid(who, modelId, price);
  await measure('postModelBid.firstEver', post(P1, PRICE_MOR));
  await measure('postModelBid.firstOfSecondProvider', post(P2, PRICE_MOR));
  await measure('postModelBid.replaceActive', post(P2, PRICE_MOR + 1n));
  await measure('deleteModelBid', diamond.connect(P2).deleteModelBid(await diamond.getBidId(P2, modelId, 1)));
  const bidId = await diamond.getBidId(P1, modelId, 0);

  // --- Sessions
  await mor.mint(diamond, POOL_MOR);
  await diamond.openDay();
  for (const user of [U1, U2]) await diamond.connect(user).stake(Purpose.Session, STAKE_MOR);
  const open = async (name: string, user: Signer, payment: number = Payment.Pool): Promise<string> => {
    const terms = await termsOf(
      { ...market, bidId, priceMor: PRICE_MOR },
      { request: { payment }, approval: { user: await user.getAddress() } },
    );
    const signature = await signApproval(market, P1, terms.approval);
    const asUser = diamond.connect(user);
    const sessionId = await asUser.openSession.staticCall(terms.request, terms.approval, signature);
    await measure(name, asUser.openSession(terms.request, terms.approval, signature));
    return sessionId;
  };
  const first = await open('openSession.1bid.firstEver', U1);
  await open('openSession.1bid.firstOfUser', U2);
  const second = await open('openSession.1bid.user1.nth02', U1);
  await open('openSession.1bid.directPayment.firstOfUser', U3, Payment.Direct);
  await diamond.connect(U1).stake(Purpose.Session, SETUP_STAKE_MOR);
  const disputes = [await open('setup', U1), await open('setup', U1)];
  const late = await open('setup', U1);

  await time.increase(60);
  for (const [i, sessionId] of disputes.entries()) {
    const name = i === 0 ? 'closeSession.early.dispute.firstEver' : 'closeSession.early.dispute.second';
    await measure(name, diamond.connect(U1).closeSession(sessionId, Verdict.Fail, NO_RECEIPT, '0x'));
  }
  await time.increase(1_140);
  const close = async (name: string, sessionId: string): Promise<void> => {
    const receipt = await receiptOf(sessionId);
    const signature = await signReceipt(market, P1, receipt);
    await measure(name, diamond.connect(U1).closeSession(sessionId, Verdict.None, receipt, signature));
  };
  await close('closeSession.early.noDispute.firstEver', first);
  await close('closeSession.early.noDispute.second', second);
  await time.increase(SESSION_SECONDS);
  await close('closeSession.late.noDispute', late);

  // --- Money out
  await diamond.connect(U1).unstake(Purpose.Session, MOR);
  await time.increase(2 * DAY);
  await measure('withdrawUserStakes.1entry', diamond.connect(U1).withdrawStake());
  await diamond.claimSessionCredits(P1, PRICE_MOR);
  await time.increase(DAY);
  await mor.mint(diamond, 2_000n * MOR);
  await diamond.openDay();
  await measure('claimForProvider.endedNotClosed', diamond.connect(P1).claimSessionCredits(P1, FUNDS_MOR));

  // --- A crowded model
  const accounts = Array.from(
    { length: FRESH_PROVIDERS },
    (_, i) => fresh[i] ?? ethers.Wallet.createRandom(ethers.provider),
  );
  for (const [i, account] of accounts.entries()) {
    const address = await account.getAddress();
    if (i >= fresh.length) {
      await U3.sendTransaction({ to: address, value: ethers.parseEther('1') });
      await mor.mint(address, FUNDS_MOR);
      await mor.connect(account).approve(diamond, FUNDS_MOR);
    }
    await diamond.connect(account).providerRegister(address, MOR, endpointOf(100 + i));
    if (i < FRESH_PROVIDERS - 1) await diamond.connect(account).postModelBid(address, modelId, PRICE_MOR);
    else
      await measure(
        'postModelBid.51stFreshProvider',
        diamond.connect(account).postModelBid(address, modelId, PRICE_MOR),
      );
  }
  delete gas['setup'];
  return gas;
}

export function compare(gas: Readonly<Record<string, number>>): { operations: Record<string, Operation> } {
  const file = join(__dirname, 'gas-baseline.json');
  const baselines = (JSON.parse(readFileSync(file, 'utf8')) as { operations: Record<string, number> }).operations;
  const operations = Object.fromEntries(
    Object.entries(gas).map(([name, used]) => {
      const baseline = baselines[name] ?? null;
      const ratio = baseline === null ? null : Number((used / baseline).toFixed(3));
      return [name, { gas: used, baseline, ratio }];
    }),
  );
  return { operations };
}

async function main(): Promise<void> {
  const sessions = await measureGas();
  const result = compare({ ...sessions, ...(await measureComputeGas()) });
  for (const [name, { gas, baseline, ratio }] of Object.entries(result.operations)) {
    console.log(name.padEnd(48), String(gas).padStart(8), String(baseline ?? '-').padStart(8), ratio ?? '');
  }
  mkdirSync('snapshots', { recursive: true });
  writeFileSync('snapshots/gas.json', `${JSON.stringify(result, null, 2)}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}

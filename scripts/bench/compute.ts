import { ethers } from 'hardhat';
import { time } from '@nomicfoundation/hardhat-network-helpers';
import type { ContractTransactionResponse } from 'ethers';
import type { Address, DayBookTree, ReceiptLeaf } from '@yellowstone/protocol' with { 'resolution-mode': 'import' };
import {
  FINALITY_SECONDS,
  type ComputeMarket,
  commitOf,
  computeMarket,
  contextOf,
  providerProofOf,
} from '../../test/fixtures/compute';
import { DAY, HOUR } from '../../test/fixtures/market';
import { ownerOf } from '../../test/fixtures/owner';

/** Gas of settling answers with day books, and with the two plain designs beside them. */

const PROVIDERS = 1_024;
const PROVIDERS_IN_BATCH = 50;
/** Providers that claim here; all have MOR and claimed a day before. */
const CLAIMING_PROVIDERS = PROVIDERS_IN_BATCH + 3;
const ANSWERS = 5_000;
const COMMITS_A_DAY = 144;
const BLOCKS_IN_COMMIT = 50;
/** Full hours that the guard looks back, and the current one. */
const HOURS_OF_GUARD = 25;
const AMOUNT_MOR = 10n ** 12n;

const word = (n: number): string => ethers.zeroPadValue(ethers.toBeHex(n + 1), 32);

/** Answers whose messages nobody reads here: a commit and a claim cost the same with any. */
function leavesOf(market: ComputeMarket, count: number): ReceiptLeaf[] {
  const { parseBytes32 } = market.protocol;
  return Array.from({ length: count }, (_, i) => ({
    rfcId: parseBytes32(word(i)),
    ticketId: parseBytes32(word(i)),
    receiptId: parseBytes32(word(i)),
    reportId: parseBytes32(word(i)),
    signaturesHash: parseBytes32(word(i)),
    tokens: 10n,
    pricePerTokenMor: AMOUNT_MOR / 10n,
    // Another amount each, so that the order of providers is not a matter of addresses.
    amountMor: AMOUNT_MOR + BigInt(i),
    runningMor: AMOUNT_MOR,
    runningNumber: 1n,
  }));
}

function bookOf(market: ComputeMarket, day: number, providers: readonly Address[], answers: number): DayBookTree {
  const leaves = leavesOf(market, answers);
  const receiptsByProvider = new Map(
    providers.map((provider, i) => [provider, leaves.filter((_, j) => j % providers.length === i)]),
  );
  return market.protocol.buildDayBook({ context: contextOf(market, market.router, day), receiptsByProvider });
}

/** What `NaiveSettlement` can do; it has no bindings, which are made for integrators only. */
interface Naive {
  settleAnswer(provider: string, rfcId: string, amountMor: bigint): Promise<ContractTransactionResponse>;
  creditBlock(providers: string[], amountsMor: bigint[]): Promise<ContractTransactionResponse>;
}

const gasOf = async (sent: Promise<ContractTransactionResponse>): Promise<number> =>
  Number((await (await sent).wait())!.gasUsed);

export async function measureComputeGas(): Promise<Record<string, number>> {
  const market = await computeMarket();
  const { diamond, mor, router, protocol } = market;
  const gas: Record<string, number> = {};
  const providers = Array.from({ length: PROVIDERS }, (_, i) =>
    protocol.parseAddress(ethers.getAddress(ethers.dataSlice(ethers.id(`provider ${i}`), 12))),
  );
  const some = providers.slice(0, PROVIDERS_IN_BATCH);
  const claiming = providers.slice(0, CLAIMING_PROVIDERS);
  for (const provider of claiming) await mor.mint(provider, 1n);
  const firstDay = Math.floor((await time.latest()) / DAY);

  // A day before the measured one, so that no slot is fresh.
  const before = bookOf(market, firstDay, providers, PROVIDERS);
  await diamond.connect(router).commitDay(commitOf(before, firstDay));
  const day = firstDay + 1;
  await time.increaseTo(day * DAY + 60);
  await mor.mint(diamond, 2_000n * 10n ** 18n);
  await diamond.openDay();
  gas['commitDay.firstOfDay'] = await gasOf(
    diamond.connect(router).commitDay(commitOf(bookOf(market, day, some, 5), day)),
  );
  for (const answers of [10, 5_000, 50_000]) {
    await time.increase(600);
    const book = bookOf(market, day, some.slice(0, Math.min(some.length, answers)), answers);
    gas[`commitDay.answers${answers}`] = await gasOf(diamond.connect(router).commitDay(commitOf(book, day)));
  }
  await time.increase(600);
  const book = bookOf(market, day, providers, 60_000);
  await diamond.connect(router).commitDay(commitOf(book, day));
  await time.increaseTo((day + 2) * DAY);
  await diamond.sealDay(router, day);
  await time.increase(FINALITY_SECONDS + 60);
  await diamond.openDay();

  await diamond.claimRequestCreditsBatch(router, firstDay, proofsOf(before, claiming));
  const [one, ...others] = proofsOf(book, claiming);
  const [ofLaterHour, ofBook, ...batch] = others.reverse();
  // The first claim of a book finds it final for all the others, and the first of an hour asks the guard for them.
  await diamond.claimRequestCredits(router, day, ofBook!);
  gas['claimRequestCredits.providers1024'] = await gasOf(diamond.claimRequestCredits(router, day, one!));
  const batchGas = await gasOf(diamond.claimRequestCreditsBatch(router, day, batch));
  gas['claimRequestCredits.batch50.each'] = Math.ceil(batchGas / PROVIDERS_IN_BATCH);
  gas['claimRequestCredits.firstOfHour'] = await measureFirstOfHour(market, () =>
    diamond.claimRequestCredits(router, day, ofLaterHour!),
  );
  gas['claimRequestCredits.withIncentive'] = await measureIncentive(market, providers);

  const commits = gas['commitDay.firstOfDay']! + (COMMITS_A_DAY - 1) * gas['commitDay.answers5000']!;
  const answersADay = ANSWERS * COMMITS_A_DAY;
  gas['perAnswer.5000x50'] = Number(((commits + batchGas) / answersADay).toFixed(2));
  return { ...gas, ...(await measureNaive(some)) };
}

const proofsOf = (tree: DayBookTree, providers: readonly Address[]) =>
  providers.map((provider) => providerProofOf(tree.claims.find(({ leaf }) => leaf.provider === provider)! as never));

/** A claim that asks the guard, which has a bucket for every hour that it looks back. */
async function measureFirstOfHour(
  { diamond, mor }: ComputeMarket,
  claim: () => Promise<ContractTransactionResponse>,
): Promise<number> {
  for (let hour = 0; hour < HOURS_OF_GUARD; hour++) {
    await time.increase(HOUR);
    await mor.mint(diamond, 1n);
    await diamond.sync();
  }
  await diamond.openDay();
  await time.increase(HOUR);
  return gasOf(claim());
}

/** A claim of one of the best providers of a day of the launch. */
async function measureIncentive(market: ComputeMarket, providers: readonly Address[]): Promise<number> {
  const { diamond, router } = market;
  const day = Math.floor((await time.latest()) / DAY) + 1;
  await diamond.connect(await ownerOf(market)).setLaunchDay(day);
  await time.increaseTo(day * DAY + 60);
  await diamond.openDay();
  // Who answers last gets most, and those who claim shall be the best.
  const book = bookOf(market, day, [...providers].reverse(), PROVIDERS);
  await diamond.connect(router).commitDay(commitOf(book, day));
  await time.increaseTo((day + 2) * DAY);
  await diamond.sealDay(router, day);
  await time.increase(FINALITY_SECONDS + 60);
  await diamond.openDay();
  const [first, second] = proofsOf(book, providers.slice(0, 2));
  await diamond.claimRequestCredits(router, day, first!);
  return gasOf(diamond.claimRequestCredits(router, day, second!));
}

/** The designs that day books replace, in their cheapest form: warm accounts, no checks but the needed one. */
async function measureNaive(providers: readonly Address[]): Promise<Record<string, number>> {
  const factory = await ethers.getContractFactory('NaiveSettlement');
  const naive = (await factory.deploy()) as unknown as Naive;
  const amounts = providers.map(() => AMOUNT_MOR);
  await naive.creditBlock([...providers], amounts);
  const perAnswer = await gasOf(naive.settleAnswer(providers[0]!, word(1), AMOUNT_MOR));
  const perBlock = await gasOf(naive.creditBlock([...providers], amounts));
  return {
    'naive.transactionPerAnswer': perAnswer,
    'naive.providersPerBlock.perAnswer5000': Number(((perBlock * BLOCKS_IN_COMMIT) / ANSWERS).toFixed(2)),
  };
}

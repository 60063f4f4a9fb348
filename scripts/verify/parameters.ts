import { dataSlice, toBeHex, toBigInt, ZeroAddress } from 'ethers';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { configOf } from '../../deploy/config';
import type { IYellowstone } from '../../typechain-types/contracts/interfaces/IYellowstone';
import { storageLayouts } from '../storage-layout';
import { row, type Row } from './row';
import { refusal } from '../refusal';

const WORD_BYTES = 32;

/** Every parameter of `deploy/config/<network>.ts` against what the diamond answers. */
export async function parameterRows(hre: HardhatRuntimeEnvironment, diamond: IYellowstone): Promise<Row[]> {
  const config = configOf(hre.network.name);
  const recorded = async (name: string): Promise<string> => (await hre.deployments.get(name)).address;
  const [minPerSecond, maxPerSecond] = await diamond.getMinMaxBidPricePerSecond();
  const perToken = await diamond.getMinMaxPricePerToken();
  const pool = await diamond.getPoolParameters();
  const { guardian } = await hre.getNamedAccounts();
  return [
    row('mor', config.mor ?? (await recorded('DevMor')), await diamond.getToken()),
    row(
      'delegateRegistry',
      config.delegateRegistry ?? (await recorded('LocalDelegateRegistry')),
      await diamond.getRegistry(),
    ),
    row('guardian', config.guardian ?? guardian, await diamond.guardian()),
    row('pendingOwner', ZeroAddress, await diamond.pendingOwner()),
    row('providerMinimumMor', config.providerMinimumMor, await diamond.getProviderMinimumStake()),
    row('subnetMinimumMor', config.subnetMinimumMor, await diamond.getSubnetMinimum()),
    row('modelMinimumMor', config.modelMinimumMor, await diamond.getModelMinimumStake()),
    row('bidFeeMor', config.bidFeeMor, await diamond.getBidFee()),
    row('minPricePerSecondMor', config.minPricePerSecondMor, minPerSecond),
    row('maxPricePerSecondMor', config.maxPricePerSecondMor, maxPerSecond),
    row('minPricePerTokenMor', config.minPricePerTokenMor, perToken.minMor),
    row('maxPricePerTokenMor', config.maxPricePerTokenMor, perToken.maxMor),
    row('budgetBps', config.budgetBps, pool.budgetBps),
    row('guardBps', config.guardBps, pool.guardBps),
    row('minOpenMor', config.minOpenMor, pool.minOpenMor),
    row('priorComputePaidMor', config.priorComputePaidMor, await priorComputePaidMor(hre, diamond)),
    ...(await routerRows(hre, diamond)),
    ...(await emissionRows(hre, diamond)),
  ];
}

async function routerRows(hre: HardhatRuntimeEnvironment, diamond: IYellowstone): Promise<Row[]> {
  const config = configOf(hre.network.name);
  const challenges = await diamond.getChallengeParameters();
  const rules = await diamond.getRouterRules();
  const names = ['slowerBps', 'meanAnswers', 'deltaBps', 'commitIntervalSeconds', 'commitThresholdMor'] as const;
  return [
    row('startPriceMor', config.startPriceMor, (await diamond.getReference()).startPriceMor),
    row('challengeRewardMor', config.challengeRewardMor, challenges.rewardMor),
    row('demandDepositMor', config.demandDepositMor, challenges.depositMor),
    row('launchDay', config.launchDay, await diamond.getLaunchDay()),
    ...names.map((name) => row(`routerRules.${name}`, config.routerRules[name], rules[name])),
  ];
}

async function emissionRows(hre: HardhatRuntimeEnvironment, diamond: IYellowstone): Promise<Row[]> {
  const config = configOf(hre.network.name);
  const { buckets, computeBucket } = await diamond.getEmissionSchedule();
  const count = Math.max(buckets.length, config.emission.length);
  const rows = Array.from({ length: count }, (_, i) => {
    const wanted = config.emission[i];
    const found = buckets[i];
    return row(
      `emission[${i}]`,
      wanted === undefined ? 'none' : bucketText(wanted),
      found === undefined ? 'none' : bucketText(found),
    );
  });
  return [row('computeBucket', config.computeBucket, computeBucket), ...rows];
}

interface Bucket {
  readonly initialRewardMor: bigint;
  readonly rewardDecreaseMor: bigint;
  readonly payoutStartAt: bigint | number;
  readonly decreaseIntervalSeconds: bigint | number;
}

const bucketText = (bucket: Bucket): string =>
  `${bucket.initialRewardMor} MOR-wei, falling ${bucket.rewardDecreaseMor} every ${bucket.decreaseIntervalSeconds} s` +
  ` from ${bucket.payoutStartAt}`;

/** Read from storage, because no function answers it. */
async function priorComputePaidMor(hre: HardhatRuntimeEnvironment, diamond: IYellowstone): Promise<bigint> {
  const { slot, layout } = (await storageLayouts(hre))['Pool']!; // contracts/storage/PoolStorage.sol
  const field = layout.fields.find(({ name }) => name === 'priorComputePaidMor');
  if (field === undefined) throw refusal('PoolStorage has no priorComputePaidMor');
  const word = await hre.ethers.provider.getStorage(diamond, toBigInt(slot) + BigInt(field.slot));
  const end = WORD_BYTES - field.offset;
  return toBigInt(dataSlice(toBeHex(toBigInt(word), WORD_BYTES), end - field.bytes, end));
}

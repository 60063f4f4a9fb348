import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import hre from 'hardhat';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { configOf } from '../deploy/config';
import type { NetworkConfig } from '../deploy/config/schema';

/**
 * Writes what `hardhat deploy` put on a live network into `packages/contracts/deployments.json`, where clients find it:
 * `npx hardhat run scripts/record-deployment.ts --network arbitrum`. Another record of the same chain is replaced.
 */

const FILE = join('packages', 'contracts', 'deployments.json');

/** As in `packages/contracts/src/deployments.ts`. */
export interface RecordedDeployment {
  readonly diamond: string;
  readonly mor: string;
  readonly timelock: string;
  readonly delegateRegistry: string;
  /** Block of the diamond's creation. */
  readonly block: number;
}

export type Recorded = Readonly<Record<string, RecordedDeployment>>;

/** The part of hardhat-deploy's records that is read. */
export type DeployRecords = Readonly<
  Record<string, { readonly address: string; readonly receipt?: { readonly blockNumber: number } } | undefined>
>;

/**
 * What clients need to know of a deployment.
 * @throws Error that names every record that is missing.
 */
export function deploymentFrom(
  records: DeployRecords,
  { mor, delegateRegistry }: Pick<NetworkConfig, 'mor' | 'delegateRegistry'>,
): RecordedDeployment {
  const missing: string[] = [];
  const found = (what: string, value: string | number | undefined): string | number => {
    if (value === undefined) missing.push(what);
    return value ?? '';
  };
  const deployment = {
    diamond: found('Diamond', records['Diamond']?.address),
    mor: found('DevMor', mor ?? records['DevMor']?.address),
    timelock: found('TimelockController', records['TimelockController']?.address),
    delegateRegistry: found('LocalDelegateRegistry', delegateRegistry ?? records['LocalDelegateRegistry']?.address),
    block: found("the receipt of Diamond's creation", records['Diamond']?.receipt?.blockNumber),
  };
  if (missing.length > 0) throw new Error(`hardhat-deploy has no record of ${missing.join(', ')}; deploy first`);
  return deployment as RecordedDeployment;
}

/** The records with one more or another one, chains in rising order. */
export function withDeployment(recorded: Recorded, chainId: bigint, deployment: RecordedDeployment): Recorded {
  const entries = Object.entries({ ...recorded, [chainId.toString()]: deployment });
  return Object.fromEntries(entries.sort(([a], [b]) => Number(BigInt(a) - BigInt(b))));
}

/** @throws Error on networks that live on one machine, whose addresses mean nothing to others. */
export async function recordDeployment(
  { deployments, ethers, network }: Pick<HardhatRuntimeEnvironment, 'deployments' | 'ethers' | 'network'>,
  file = FILE,
): Promise<RecordedDeployment> {
  if (!network.live) throw new Error(`${network.name} is not a live network; only live ones are recorded`);
  const { chainId } = await ethers.provider.getNetwork();
  const deployment = deploymentFrom(await deployments.all(), configOf(network.name));
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
  writeFileSync(file, `${JSON.stringify(withDeployment(recorded, chainId, deployment), undefined, 2)}\n`);
  return deployment;
}

async function main(): Promise<void> {
  const deployment = await recordDeployment(hre);
  console.log(`recorded in ${FILE}:\n${JSON.stringify(deployment, undefined, 2)}`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}

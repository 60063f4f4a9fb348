import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageLayouts } from '../storage-layout';

/** What `execute` writes into the deployment records once the diamond has changed. */
export interface NewRecord {
  readonly storage: StorageLayouts;
  readonly abi: readonly unknown[];
}

/** One operation of the timelock with everything a reader needs to judge it. */
export interface Proposal {
  readonly network: string;
  readonly operationId: string;
  /** What happens, one sentence each. */
  readonly words: readonly string[];
  /** How the storage differs from the recorded one; growth only. */
  readonly storageDifferences: readonly string[];
  readonly timelock: string;
  readonly target: string;
  readonly data: string;
  readonly predecessor: string;
  readonly salt: string;
  readonly delaySeconds: number;
  /** Upgrades only. */
  readonly record?: NewRecord;
}

const fileOf = (folder: string, { network, operationId }: Pick<Proposal, 'network' | 'operationId'>): string =>
  join(folder, `${network}-${operationId}.json`);

/** Writes the proposal for people and for `execute`, and names the file. */
export function writeProposal(folder: string, proposal: Proposal): string {
  mkdirSync(folder, { recursive: true });
  const file = fileOf(folder, proposal);
  writeFileSync(file, `${JSON.stringify(proposal, null, 2)}\n`);
  return file;
}

/** All proposals of a network that were ever written. */
export function readProposals(folder: string, network: string): Proposal[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${network}-0x`) && file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Proposal);
}

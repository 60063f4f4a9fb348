import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interface } from 'ethers';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { refusal } from '../refusal';

/** What an explorer asks for when a source is to be verified. */
export interface VerifiableContract {
  readonly name: string;
  readonly address: string;
  /** `contracts/Diamond.sol:Diamond` */
  readonly source: string;
  readonly compiler: string;
  /** Constructor arguments, ABI-encoded, without 0x. */
  readonly constructorArguments: string;
}

/** The part of the compiler's metadata that repeats its input; the sources are in it word for word. */
interface Metadata {
  readonly language: string;
  readonly compiler: { readonly version: string };
  readonly settings: { readonly compilationTarget: Readonly<Record<string, string>> };
  readonly sources: Readonly<Record<string, { readonly content: string }>>;
}

/**
 * Writes a standard-json input per recorded contract and one list of addresses, compilers and arguments. All comes from
 * the records, so it describes what was deployed even where the repository has moved on.
 */
export async function writeSources(hre: HardhatRuntimeEnvironment, folder: string): Promise<VerifiableContract[]> {
  // `Yellowstone` is the diamond with all its functions, not a contract of its own.
  const records = Object.entries(await hre.deployments.all()).filter(([name]) => name !== 'Yellowstone');
  if (records.length === 0) throw refusal(`nothing is recorded for ${hre.network.name}: hardhat deploy`);
  mkdirSync(folder, { recursive: true });
  const contracts = records.map(([name, { address, abi, args, metadata }]) => {
    if (metadata === undefined) throw refusal(`the record of ${name} has no metadata`);
    const parsed = JSON.parse(metadata) as Metadata;
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(inputOf(parsed), null, 2)}\n`);
    const [[path, contract] = []] = Object.entries(parsed.settings.compilationTarget);
    return {
      name,
      address,
      source: `${path}:${contract}`,
      compiler: `v${parsed.compiler.version}`,
      constructorArguments: new Interface(abi).encodeDeploy(args ?? []).slice(2),
    };
  });
  writeFileSync(join(folder, 'contracts.json'), `${JSON.stringify(contracts, null, 2)}\n`);
  return contracts;
}

function inputOf({ language, sources, settings }: Metadata): object {
  const { compilationTarget: _, ...rest } = settings;
  return {
    language,
    sources: Object.fromEntries(Object.entries(sources).map(([path, { content }]) => [path, { content }])),
    settings: { ...rest, outputSelection: { '*': { '*': ['abi', 'evm.bytecode', 'evm.deployedBytecode'] } } },
  };
}

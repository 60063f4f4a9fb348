import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';

/** One field of a struct, as the compiler places it. */
export interface StorageField {
  readonly name: string;
  /** Type as it stands in the source, e.g. `mapping(BidId => struct Bid)`. */
  readonly type: string;
  /** Slot inside the struct. */
  readonly slot: number;
  /** First byte inside the slot. */
  readonly offset: number;
  readonly bytes: number;
}

/** A struct that is stored, with its size. */
export interface StorageStruct {
  readonly bytes: number;
  readonly fields: readonly StorageField[];
}

/** The storage of one noun: where its `Layout` begins and what lies in it, nested structs by name. */
export interface StorageLayout {
  readonly slot: string;
  readonly layout: StorageStruct;
  readonly structs: Readonly<Record<string, StorageStruct>>;
}

/** Layouts by noun: `contracts/storage/BidStorage.sol` is `Bid`. */
export type StorageLayouts = Readonly<Record<string, StorageLayout>>;

interface CompilerMember {
  readonly label: string;
  readonly type: string;
  readonly slot: string;
  readonly offset: number;
}
interface CompilerType {
  readonly label: string;
  readonly numberOfBytes: string;
  /** What an array holds. */
  readonly base?: string;
  /** What a mapping leads to. */
  readonly value?: string;
  readonly members?: readonly CompilerMember[];
}
interface CompilerLayout {
  readonly storage: readonly CompilerMember[];
  readonly types: Readonly<Record<string, CompilerType>>;
}
interface CompilerOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, { readonly storageLayout: CompilerLayout }>>>>;
}

const STORAGE = 'contracts/storage';
const PROBE = 'StorageProbe.sol';
const SLOT = /bytes32 internal constant SLOT = (0x[0-9a-f]{64});/;

/** The layout of every `Layout` struct in contracts/storage, from the compiler, by a generated probe contract. */
export async function storageLayouts(hre: HardhatRuntimeEnvironment): Promise<StorageLayouts> {
  const { root } = hre.config.paths;
  const nouns = readdirSync(join(root, STORAGE))
    .filter((file) => file.endsWith('Storage.sol'))
    .map((file) => file.slice(0, -'Storage.sol'.length))
    .sort();
  const sources = readSources(root, nouns);
  return remembered(hre.config.paths.cache, sources, () => layoutsOf(nouns, sources, compile(sources)));
}

/** Compiling takes seconds, so the result is kept in Hardhat's cache folder until a source changes. */
function remembered(folder: string, sources: Record<string, string>, compute: () => StorageLayouts): StorageLayouts {
  const hash = createHash('sha256').update(JSON.stringify(sources)).digest('hex');
  const file = join(folder, 'storage-layouts.json');
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { hash: string; layouts: StorageLayouts };
    if (kept.hash === hash) return kept.layouts;
  }
  const layouts = compute();
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ hash, layouts }));
  renameSync(`${file}.${process.pid}`, file);
  return layouts;
}

function layoutsOf(nouns: readonly string[], sources: Record<string, string>, probe: CompilerLayout): StorageLayouts {
  return Object.fromEntries(
    nouns.map((noun) => {
      const slot = SLOT.exec(sources[`${STORAGE}/${noun}Storage.sol`] ?? '')?.[1];
      const variable = probe.storage.find(({ label }) => label === noun);
      if (slot === undefined || variable === undefined) throw new Error(`${noun}Storage has no SLOT or no Layout`);
      return [noun, { slot, layout: structOf(probe, variable.type), structs: nestedOf(probe, variable.type) }];
    }),
  );
}

function structOf({ types }: CompilerLayout, id: string): StorageStruct {
  const { numberOfBytes, members = [] } = types[id]!; // the compiler lists every type that it names
  const fields = members.map(({ label, type, slot, offset }) => {
    const { label: name, numberOfBytes: bytes } = types[type]!;
    return { name: label, type: name, slot: Number(slot), offset, bytes: Number(bytes) };
  });
  return { bytes: Number(numberOfBytes), fields };
}

/** Every struct that can be reached from a type through members, arrays and values of mappings. */
function nestedOf(probe: CompilerLayout, from: string): Record<string, StorageStruct> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    const type = probe.types[id]!; // as above
    for (const next of [...(type.members ?? []).map((member) => member.type), ...referredBy(type)]) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(from);
  const structs = [...found].filter((id) => probe.types[id]!.members !== undefined);
  const named = structs.map((id) => [nameOf(probe.types[id]!), structOf(probe, id)] as const);
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const referredBy = ({ base, value }: CompilerType): string[] => [base, value].filter((id) => id !== undefined);

const nameOf = ({ label }: CompilerType): string => label.replace(/^struct /, '');

/** The sources of all storage libraries with everything they import, and the probe. */
function readSources(root: string, nouns: readonly string[]): Record<string, string> {
  const sources: Record<string, string> = { [PROBE]: probeOf(nouns) };
  const add = (path: string): void => {
    if (sources[path] !== undefined) return;
    const local = join(root, path);
    sources[path] = readFileSync(existsSync(local) ? local : join(root, 'node_modules', path), 'utf8');
    for (const [, imported] of sources[path].matchAll(/^import [^;]*"([^"]+)";/gm)) {
      add(imported!.startsWith('.') ? join(path, '..', imported!) : imported!); // the group takes part in every match
    }
  };
  nouns.forEach((noun) => add(`${STORAGE}/${noun}Storage.sol`));
  return sources;
}

function probeOf(nouns: readonly string[]): string {
  return [
    '// SPDX-License-Identifier: MIT',
    'pragma solidity ^0.8.28;',
    ...nouns.map((noun) => `import {${noun}Storage} from "./${STORAGE}/${noun}Storage.sol";`),
    'contract StorageProbe {',
    ...nouns.map((noun) => `  ${noun}Storage.Layout internal ${noun};`),
    '}',
  ].join('\n');
}

function compile(sources: Record<string, string>): CompilerLayout {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const solc: { compile(input: string): string } = require('solc');
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(Object.entries(sources).map(([path, content]) => [path, { content }])),
    settings: { outputSelection: { [PROBE]: { StorageProbe: ['storageLayout'] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as CompilerOutput;
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  const layout = output.contracts?.[PROBE]?.['StorageProbe']?.storageLayout;
  if (layout === undefined) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));
  return layout;
}

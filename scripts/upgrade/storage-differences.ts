import type { StorageField, StorageLayout, StorageLayouts, StorageStruct } from '../storage-layout';

export interface StorageDifferences {
  /** What grows at the end or retires, in words. */
  readonly appended: readonly string[];
  /** What would make stored values unreadable, in words. */
  readonly broken: readonly string[];
}

const RETIRED = '__retired_';

/** Compares what was recorded with what the repository would store; only growth at the end and retiring are harmless. */
export function storageDifferences(before: StorageLayouts, after: StorageLayouts): StorageDifferences {
  const appended: string[] = [];
  const broken: string[] = [];
  for (const [noun, old] of Object.entries(before)) {
    const now = after[noun];
    if (now === undefined) broken.push(`${noun}: the storage is gone`);
    else compareNoun(noun, old, now, { appended, broken });
  }
  for (const noun of Object.keys(after)) {
    if (before[noun] === undefined) appended.push(`${noun}: new storage at ${after[noun]!.slot}`);
  }
  return { appended, broken };
}

interface Words {
  readonly appended: string[];
  readonly broken: string[];
}

function compareNoun(noun: string, old: StorageLayout, now: StorageLayout, words: Words): void {
  if (old.slot !== now.slot) words.broken.push(`${noun}: begins at ${now.slot}, was at ${old.slot}`);
  compareStruct(`${noun}.Layout`, old.layout, now.layout, words);
  for (const [name, struct] of Object.entries(old.structs)) {
    const next = now.structs[name];
    if (next === undefined) {
      words.broken.push(`${noun}: struct ${name} is gone`);
      continue;
    }
    compareStruct(`${noun}: ${name}`, struct, next, words);
    if (struct.bytes === next.bytes) continue;
    const list = [old.layout, ...Object.values(old.structs)].flatMap(({ fields }) => fields).find(holds(name));
    if (list === undefined) continue;
    words.broken.push(
      `${noun}: ${name} grows from ${struct.bytes} to ${next.bytes} bytes inside the list ${list.name}`,
    );
  }
}

/** True for a field that holds many of a struct side by side, so that growth moves all but the first. */
const holds =
  (struct: string) =>
  ({ type }: StorageField): boolean =>
    type.includes(`struct ${struct}[`);

function compareStruct(place: string, old: StorageStruct, now: StorageStruct, words: Words): void {
  old.fields.forEach((field, i) => {
    const next = now.fields[i];
    if (next === undefined) words.broken.push(`${place}: ${field.name} is gone`);
    else compareField(place, field, next, words);
  });
  for (const { name, type, slot, offset } of now.fields.slice(old.fields.length)) {
    words.appended.push(`${place}: new ${name} (${type}) at slot ${slot}, byte ${offset}`);
  }
}

function compareField(place: string, old: StorageField, now: StorageField, words: Words): void {
  if (now.name !== old.name) {
    const isRetired = now.name.startsWith(RETIRED);
    const at = `slot ${old.slot}, byte ${old.offset}`;
    if (isRetired) words.appended.push(`${place}: ${old.name} is retired as ${now.name}`);
    else words.broken.push(`${place}: ${now.name} stands where ${old.name} was (${at})`);
    if (!isRetired) return;
  }
  if (now.type !== old.type || now.bytes !== old.bytes) {
    words.broken.push(`${place}: ${old.name} is ${now.type}, was ${old.type}`);
  }
  if (now.slot !== old.slot || now.offset !== old.offset) {
    const from = `slot ${old.slot}, byte ${old.offset}`;
    words.broken.push(`${place}: ${old.name} moves from ${from} to slot ${now.slot}, byte ${now.offset}`);
  }
}

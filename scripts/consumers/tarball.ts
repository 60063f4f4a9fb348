import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where an entry of `exports` leads, by condition. */
type Target = string | { readonly [condition: string]: Target };

interface Manifest {
  readonly name: string;
  readonly main?: string;
  readonly types?: string;
  readonly sideEffects?: boolean;
  readonly exports?: Readonly<Record<string, Target>>;
}

export interface Tarball {
  readonly name: string;
  readonly path: string;
  readonly packedBytes: number;
  readonly files: readonly string[];
  readonly manifest: Manifest;
}

/** Packs a package of the workspace as `npm publish` would. */
export async function pack(folder: string, destination: string): Promise<Tarball> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', destination], { cwd: folder });
  const [packed] = JSON.parse(stdout) as { name: string; filename: string; size: number; files: { path: string }[] }[];
  if (packed === undefined) throw new Error(`npm packed nothing in ${folder}`);
  return {
    name: packed.name,
    path: join(destination, packed.filename),
    packedBytes: packed.size,
    files: packed.files.map(({ path }) => path),
    manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest,
  };
}

const NEEDED = ['package.json', 'README.md', 'LICENSE'];
const UNWANTED = /\.test\.|^(dist\/)?(src|testing|stage[^/]*|node_modules)\/|tsconfig|\.tsbuildinfo$/;

/** What is wrong between `package.json` and what is really in the tarball, in words; empty if nothing is. */
export function problemsOf({ files, manifest }: Tarball): string[] {
  const problems: string[] = [];
  for (const file of NEEDED) if (!files.includes(file)) problems.push(`${file} is missing`);
  for (const file of files) if (UNWANTED.test(file)) problems.push(`${file} should not be published`);
  if (manifest.sideEffects !== false) problems.push('sideEffects is not false');
  const targets = Object.values(manifest.exports ?? {}).flatMap(pathsOf);
  const named = [manifest.main, manifest.types, ...targets].filter((path) => path !== undefined);
  for (const path of named) if (!isThere(files, path)) problems.push(`${path} is named and not there`);
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target !== 'string') problems.push(...conditionProblems(entry, target, files));
  }
  return problems;
}

function pathsOf(target: Target): string[] {
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(pathsOf);
}

function isThere(files: readonly string[], path: string): boolean {
  const [before = '', after] = path.replace('./', '').split('*');
  if (after === undefined) return files.includes(before);
  return files.some((file) => file.startsWith(before) && file.endsWith(after));
}

/** Each format needs types of its own, first in order, in a folder whose `package.json` says the same format. */
function conditionProblems(entry: string, target: Exclude<Target, string>, files: readonly string[]): string[] {
  return (['import', 'require'] as const).flatMap((format) => {
    const conditions = target[format];
    if (conditions === undefined || typeof conditions === 'string') return [`${entry} has no types for ${format}`];
    const [first] = Object.keys(conditions);
    const problems = first === 'types' ? [] : [`${entry}: types is not the first condition of ${format}`];
    const code = conditions['default'];
    if (format === 'import' || typeof code !== 'string') return problems;
    const marker = code.replace('./', '').replace(/[^/]+$/, 'package.json');
    return files.includes(marker) ? problems : [...problems, `${marker} is missing, so Node takes ${code} for ESM`];
  });
}

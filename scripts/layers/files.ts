import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';

/** A source file with what it imports: paths from the root for own files, package names for others. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly string[];
}

const SKIPPED = /(^|\/)(node_modules|dist|coverage)(\/|$)/;

/** All files under a folder whose name ends so, with their imports. */
export function filesIn(folder: string, ending: '.sol' | '.ts'): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => path.endsWith(ending) && !path.endsWith('.d.ts') && !SKIPPED.test(path))
    .sort()
    .map((path) => ({ path, imports: importsOf(path, readFileSync(path, 'utf8')) }));
}

const FROM =
  /^(?:import|export)\s[^;'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(FROM)].map(([, from, bare, dynamic]) => {
    const target = (from ?? bare ?? dynamic)!; // one of the three matched
    if (!target.startsWith('.')) return target;
    return normalize(join(dirname(path), target)).replace(/\.js$/, '.ts');
  });
}

/** Files that import each other in a circle, each circle once. */
export function cyclesOf(files: readonly SourceFile[]): string[][] {
  const importsByPath = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) {
      cycles.push([...way.slice(start), path]);
      return;
    }
    if (done.has(path)) return;
    for (const next of importsByPath.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  files.forEach(({ path }) => visit(path, []));
  return cycles;
}

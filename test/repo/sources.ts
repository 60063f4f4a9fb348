import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

export interface Source {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The text without comments. */
  readonly code: string;
}

/** Every Solidity file under a folder of the repository. */
export function solidityIn(folder: string): readonly Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sol'))
    .sort()
    .map((name) => {
      const path = `${folder}/${name.replaceAll('\\', '/')}`;
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, code: text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '') };
    });
}

/** What is deployed: everything but the contracts for tests. */
export function deployedSources(): readonly Source[] {
  return solidityIn('contracts').filter(({ path }) => !path.startsWith('contracts/test/'));
}

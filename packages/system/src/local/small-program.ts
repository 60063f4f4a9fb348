import { join } from 'node:path';
import { type Program, startProgram } from './process.js';
import { REPOSITORY } from './repository.js';

/** A server of ours that is one file and prints its port. */
export interface SmallProgram {
  readonly url: string;
  readonly program: Program;
  stop(): Promise<void>;
}

const BUILT = join(REPOSITORY, 'packages', 'system', 'dist');
const START_MS = 20_000;

/** Starts a file of this package, such as `local/mock-backend`, as it is built. */
export async function startSmallProgram(name: string, args: readonly string[] = []): Promise<SmallProgram> {
  const program = startProgram({ name, args: [join(BUILT, `${name}.js`), ...args] });
  const port = await program.says((line) => /^port (\d+)$/.exec(line)?.[1], START_MS);
  return { url: `http://127.0.0.1:${port}`, program, stop: program.stop };
}

/** A backend that costs nothing and is as slow as its requests say; its base URL has no `/v1`. */
export function startMockBackend(): Promise<SmallProgram> {
  return startSmallProgram('local/mock-backend');
}

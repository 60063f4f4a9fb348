import { Worker } from 'node:worker_threads';
import { serviceError } from '../errors.js';
import type { EmbeddedDatabase, QueryResult } from './pglite-pool.js';
import { type Asked, heard, type Opening, type ThreadData, type Told } from './thread-messages.js';

interface Waiting {
  readonly resolve: (result: QueryResult) => void;
  readonly reject: (error: unknown) => void;
}

type Statement = Omit<Extract<Asked, { text: string }>, 'id'> | Omit<Extract<Asked, { close: true }>, 'id'>;

/**
 * PGlite in a folder, in a thread of its own: a commit waits for the disk, and whoever waits in the thread of the servers
 * keeps every answer waiting too.
 * @throws what PGlite says about the folder
 */
export async function openThreadedPglite(folder: string): Promise<EmbeddedDatabase> {
  const workerData: ThreadData = { folder };
  const worker = new Worker(threadFile(), { workerData, name: 'database' });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  const ended = new Error('the thread of the database ended');
  let gone: Error | undefined;

  const end = (cause: unknown): void => {
    gone ??= serviceError('database_unreachable', {}, { cause });
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };
  const opening = new Promise<Opening>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(ended));
  });
  worker.on('error', end);
  worker.once('exit', () => end(ended));
  const opened = await opening;
  if (!opened.isOpen) {
    await worker.terminate();
    throw heard(opened.failure);
  }

  worker.on('message', (answer: Told) => {
    const { resolve, reject } = waiting.get(answer.id)!; // each is answered once
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if ('failure' in answer) reject(heard(answer.failure));
    else resolve(answer);
  });
  worker.unref();

  const ask = (statement: Statement): Promise<QueryResult> => {
    if (gone !== undefined) return Promise.reject(gone);
    return new Promise((resolve, reject) => {
      asked += 1;
      worker.postMessage({ id: asked, ...statement });
      // After that, so that nobody waits for what could not be sent. A process must not end while its statements run.
      waiting.set(asked, { resolve, reject });
      worker.ref();
    });
  };
  return {
    query: (text, parameters) => ask({ text, parameters }),
    async close() {
      await ask({ close: true });
      await worker.terminate();
    },
  };
}

/** Threads run built files only; tests run this one from its source. */
function threadFile(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/database/pglite-thread.js' : './pglite-thread.js',
    import.meta.url,
  );
}

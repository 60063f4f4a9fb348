import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { DURABLE_START, DurableFiles } from './durable-files.js';
import { INT8 } from './int8.js';
import { type Asked, type ThreadData, told, type Told } from './thread-messages.js';

// The thread of `threaded-pglite.ts`: one database in a folder, one statement after the other.
const port = parentPort!; // nobody runs this file but as a thread
const { folder } = workerData as ThreadData;

async function open(): Promise<PGlite> {
  const fs = new DurableFiles(folder);
  return PGlite.create({ fs, startParams: [...DURABLE_START], parsers: { [INT8]: BigInt } });
}

async function answer(database: PGlite, asked: Asked): Promise<Told> {
  const { id } = asked;
  try {
    if ('close' in asked) {
      await database.close();
      return { id, rows: [], affectedRows: 0 };
    }
    const { rows, affectedRows = 0 } = await database.query(asked.text, [...asked.parameters]);
    return { id, rows, affectedRows };
  } catch (error) {
    return { id, failure: told(error) };
  }
}

const opening = open();
opening.then(
  () => port.postMessage({ isOpen: true }),
  (error: unknown) => port.postMessage({ isOpen: false, failure: told(error) }),
);
port.on('message', (asked: Asked) => {
  // PGlite keeps the order of what it is asked.
  void opening.then(async (database) => port.postMessage(await answer(database, asked)));
});

// A program that is killed while it writes to the chain. Arguments: JSON with the place of the database and the rest.
import { writeSync } from 'node:fs';
import { connect, type Connection } from '@yellowstone/client';
import { DevMor__factory } from '@yellowstone/contracts';
import { openDatabase, type DatabasePlace } from '../database/open-database.js';
import { createChainJournal } from '../journal/create-chain-journal.js';
import { createLog } from '../log.js';
import { secret } from '../secret.js';

/** Where the process is to die: as a call is about to leave, or when its answer is back and nothing is written down yet. */
export interface DeathPlace {
  readonly moment: 'before' | 'after';
  readonly method: string;
}

export interface ChildTask {
  readonly dataDir?: string;
  readonly url?: string;
  readonly rpcUrl: string;
  readonly diamond: string;
  readonly privateKey: string;
  readonly death: DeathPlace | 'any time';
  /** Idempotency key and receiver of one MOR-wei each. */
  readonly effects: readonly { readonly idempotencyKey: string; readonly to: string }[];
}

const task = JSON.parse(process.argv[2]!) as ChildTask; // given by the test
const log = createLog({ name: 'child', level: 'silent' });
const place: DatabasePlace = task.url === undefined ? { dataDir: task.dataDir! } : { url: secret(task.url) };
const database = await openDatabase({ log }, place);
const real = await connect({ rpcUrl: task.rpcUrl, diamond: task.diamond, pollingIntervalMs: 20 });
const connection: Connection = { ...real, provider: dying(real.provider) };
const wallet = { privateKey: task.privateKey };
const journal = createChainJournal({ database, connection, wallet, clock: { now: Date.now }, log });
const token = DevMor__factory.createInterface();

const submit = async ({ idempotencyKey, to }: ChildTask['effects'][number]): Promise<void> => {
  const data = token.encodeFunctionData('transfer', [to, 1n]);
  const { wait } = await journal.submit({ kind: 'transfer', to: connection.mor, data, idempotencyKey });
  say('written down');
  await wait();
};
await Promise.all(task.effects.map(submit));
say('all mined');
await journal.stop();
await database.close();
connection.close();

/** The provider, but the process stops for good at the second occurrence of a call, so that the first has its effect. */
function dying(provider: Connection['provider']): Connection['provider'] {
  const { death } = task;
  if (death === 'any time') return provider;
  let calls = 0;
  return new Proxy(provider, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const isIt = [String(name), args[0]].includes(death.method);
        if (isIt && death.moment === 'before' && ++calls === 2) waitForDeath();
        const answer = (await Reflect.apply(value, target, args)) as unknown;
        if (isIt && death.moment === 'after' && ++calls === 2) waitForDeath();
        return answer;
      };
    },
  });
}

/** Blocks the whole process: nothing runs between this line and SIGKILL. */
function waitForDeath(): void {
  say('kill me');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

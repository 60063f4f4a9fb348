import { type BookedSession, isChainError, type Sent } from '@yellowstone/client';
import { serviceError } from '@yellowstone/service';
import type { Chain, ChainWrites } from '../chain/chain.js';

/** Writes under keys as a journal keeps them, in memory: each function once per key unless it failed. */
export function askedWrites(writes: ChainWrites): Pick<Chain, 'writesFor' | 'openingFor'> {
  const asked = new Map<string, { readonly args: string; readonly sent: Promise<Sent<object>> }>();

  const once = (key: string, name: string, write: (...args: never[]) => Promise<Sent<object>>) => {
    const purpose = `${key} ${name}`;
    return async (...args: never[]): Promise<Sent<object>> => {
      const text = JSON.stringify(args, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
      const known = asked.get(purpose);
      if (known !== undefined && known.args !== text && name !== 'openSession') {
        throw serviceError('intent_differs', { idempotencyKey: key });
      }
      if (known !== undefined) return known.sent;
      const forget = (error: unknown): never => {
        // What is late may still happen.
        if (!isChainError(error, 'CHAIN_TIMEOUT')) asked.delete(purpose);
        throw error;
      };
      const sent = write(...args).then(
        ({ hash, wait }): Sent<object> => ({ hash, wait: (options) => wait(options).catch(forget) }),
        forget,
      );
      asked.set(purpose, { args: text, sent });
      return sent;
    };
  };

  return {
    writesFor(key) {
      const { address, ...functions } = writes;
      const wrapped = Object.entries(functions).map(([name, write]) => [name, once(key, name, write as never)]);
      // Each function keeps the type of the one it wraps.
      return { address, ...(Object.fromEntries(wrapped) as typeof functions), closeSession: writes.closeSession };
    },
    openingFor: async (key) => (await asked.get(`${key} openSession`)?.sent) as Sent<BookedSession> | undefined,
  };
}

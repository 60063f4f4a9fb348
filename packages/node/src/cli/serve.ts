import { type Listening, type Log, stopOnSignal } from '@yellowstone/service';
import type { NodeState } from '../state/open-node-state.js';
import type { Terminal } from './terminal.js';

interface Serving {
  readonly log: Log;
  readonly state: NodeState;
  readonly terminal: Terminal;
  readonly role: 'provider' | 'consumer';
}

/** Starts a node, says where it is, and stops it on SIGTERM or Ctrl-C. */
export async function serveUntilSignal(
  { log, state, terminal, role }: Serving,
  start: () => Promise<Listening & { readonly apiUrl?: string | undefined }>,
): Promise<void> {
  const starting = start();
  stopOnSignal({ log }, async () => {
    const node = await starting;
    await node.stop();
    await state.stop();
  });
  try {
    const { url, apiUrl } = await starting;
    const ready = { ready: true, role, url, ...(apiUrl === undefined ? {} : { apiUrl }), address: state.chain.address };
    // One line of JSON in any case: whoever started the node waits for it.
    terminal.answer(ready, () => JSON.stringify(ready));
  } catch (error) {
    await state.stop();
    throw error;
  }
}

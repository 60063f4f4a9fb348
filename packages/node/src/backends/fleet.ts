import type { ModelId } from '@yellowstone/protocol';
import type { Log } from '@yellowstone/service';
import type { Clock } from '../clock.js';
import type { Backend } from './backend.js';
import type { ModelEntry } from './model-entry.js';
import { restingBackend } from './resting-backend.js';
import { isSameBackend } from './same-backend.js';
import type { ServedModel, ServedModels } from './served-model.js';
import { createSlots } from './slots.js';

/** The models of a node with their backends, which may be exchanged while it serves. */
export interface Fleet {
  /** The models of now: the same object for ever, with other models in it. */
  readonly models: ServedModels;
  /**
   * Serves these models from now on. What is gone gets no new requests, ends what runs and waits, and then stops; what
   * did not change goes on undisturbed. One call at a time.
   * @returns what could not be started; all else is served
   */
  apply(entries: readonly ModelEntry[]): Promise<readonly StartProblem[]>;
  /** Models that are gone from the list and still end what they have. */
  draining(): number;
  stop(): Promise<void>;
}

/** A model that could not be started. */
export interface StartProblem {
  readonly entry: ModelEntry;
  readonly error: unknown;
}

interface FleetDeps {
  readonly log: Log;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly start: (entry: ModelEntry) => Promise<Backend>;
}

interface FleetOptions {
  /** The longest that a model which is gone may take to end what it has [ms]. */
  readonly drainTimeoutMs?: number;
}

export function createFleet(
  { log, clock, start }: FleetDeps,
  { drainTimeoutMs = 10 * 60_000 }: FleetOptions = {},
): Fleet {
  const models = new Map<ModelId, ServedModel>();
  const draining = new Set<Promise<void>>();
  const stopping = new AbortController();
  let applying: Promise<unknown> = Promise.resolve();

  const drain = async ({ backend, slots }: ServedModel): Promise<void> => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(drainTimeoutMs)]);
    const isDrained = await slots.idle(signal).then(
      () => true,
      () => false,
    );
    if (!isDrained) log.warn({ model: backend.entry.name, ...slots.load() }, 'model stops before it has ended');
    await backend.stop();
    log.info({ model: backend.entry.name }, 'model is gone');
  };
  const remove = (modelId: ModelId): Promise<void> => {
    const model = models.get(modelId);
    if (model === undefined) return Promise.resolve();
    models.delete(modelId);
    const done = drain(model).finally(() => draining.delete(done));
    draining.add(done);
    return done;
  };
  const add = async (entry: ModelEntry): Promise<void> => {
    const backend = await start(entry);
    if (stopping.signal.aborted) return backend.stop();
    void remove(entry.modelId);
    models.set(entry.modelId, { backend, slots: createSlots({ clock }, entry) });
  };
  /** The same server with other limits. */
  const adjust = ({ backend, slots }: ServedModel, entry: ModelEntry): void => {
    slots.resize(entry);
    models.set(entry.modelId, { backend: { ...backend, entry }, slots });
  };
  const rest = (entry: ModelEntry): void => {
    models.set(entry.modelId, { backend: restingBackend(entry), slots: createSlots({ clock }, entry) });
  };
  const bring = async (entry: ModelEntry): Promise<readonly StartProblem[]> => {
    const current = models.get(entry.modelId);
    if (current?.backend.isResting === false && isSameBackend(current.backend.entry, entry)) {
      adjust(current, entry);
      return [];
    }
    // A machine has room for one of the two: the old one ends first. A server of somebody else takes no room.
    if (entry.backend.kind !== 'url') {
      const gone = remove(entry.modelId);
      rest(entry);
      await gone;
    }
    try {
      await add(entry);
      return [];
    } catch (error) {
      log.error({ model: entry.name, err: error }, 'model cannot be served');
      if (!models.has(entry.modelId)) rest(entry);
      return [{ entry, error }];
    }
  };
  const applyNow = async (entries: readonly ModelEntry[]): Promise<readonly StartProblem[]> => {
    const wanted = new Set(entries.map(({ modelId }) => modelId));
    for (const modelId of [...models.keys()]) if (!wanted.has(modelId)) void remove(modelId);
    return (await Promise.all(entries.map(bring))).flat();
  };

  return {
    models,
    apply(entries) {
      const next = applying.then(() => applyNow(entries));
      applying = next.catch(() => undefined);
      return next;
    },
    draining: () => draining.size,
    async stop() {
      stopping.abort(new DOMException('the node stops', 'AbortError'));
      await applying;
      for (const modelId of [...models.keys()]) void remove(modelId);
      await Promise.allSettled([...draining]);
    },
  };
}

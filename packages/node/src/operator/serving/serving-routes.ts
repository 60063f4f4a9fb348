import type { HttpServer } from '@yellowstone/service';
import { type Static, Type } from 'typebox';
import type { Fleet } from '../../backends/fleet.js';
import type { ModelsFile } from '../../backends/open-models-file.js';
import type { ServedModel } from '../../backends/served-model.js';
import { Id } from '../fields.js';

/** The models of a node, and where their list comes from. */
export interface Serving extends Pick<Fleet, 'models' | 'draining'> {
  /** Undefined if the list is fixed. */
  readonly modelsFile?: Pick<ModelsFile, 'status' | 'reload'> | undefined;
}

const Measure = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

const Model = Type.Object({
  modelId: Id,
  name: Type.String(),
  backend: Type.String({ description: 'url, embedded or llama-server' }),
  state: Type.String({ description: 'up, down, or trial: one request at a time may show that it serves again' }),
  reason: Type.Union([Type.String(), Type.Null()], {
    description: 'why it is down: start (not started, or not well since), probes, or requests that failed',
  }),
  slots: Type.Integer(),
  busy: Type.Integer({ description: 'slots in use' }),
  queue: Type.Integer({ description: 'requests that may wait' }),
  waiting: Type.Integer({ description: 'requests that wait' }),
  answers: Type.Integer({ description: 'since its backend was started; the earnings have all days' }),
  failures: Type.Integer(),
  serviceMs: Measure('how long a request took lately, from getting its slot [ms]'),
  probeMs: Measure('how long the latest good probe took [ms]'),
  ttftMs: Measure('time to the first token, middle of the latest 64 answers [ms]'),
  tokensPerSecond: Measure('speed after the first token, middle of the latest 64 answers'),
});
type Model = Static<typeof Model>;

const ServedNow = Type.Object({
  models: Type.Array(Model),
  draining: Type.Integer({ description: 'models that are gone from the list and still end what they have' }),
  file: Type.Union([
    Type.Object({
      loadedAt: Type.String({ description: 'when the list that is served was read, seconds since 1970-01-01 UTC' }),
      isCurrent: Type.Boolean({ description: 'false if the file is wrong and the list of before is served' }),
      problems: Type.Array(Type.String(), { description: 'what is wrong with the file' }),
      notStarted: Type.Array(Type.String(), { description: 'models that could not be started, and why' }),
    }),
    Type.Null(),
  ]),
});
type ServedNow = Static<typeof ServedNow>;

const tags = ['serving'];
const MS_PER_SECOND = 1_000;

/** What this provider serves, and how well. */
export function servingRoutes(serving: Serving) {
  return async (server: HttpServer): Promise<void> => {
    server.get(
      '/provider/models',
      { schema: { tags, summary: 'Models with health, slots and queue', response: { 200: ServedNow } } },
      async () => toServedNow(serving),
    );
    server.post(
      '/provider/models/reload',
      {
        schema: {
          tags,
          summary: 'Read the models file now, and start again what could not be started',
          response: { 200: ServedNow },
        },
      },
      async () => {
        await serving.modelsFile?.reload();
        return toServedNow(serving);
      },
    );
  };
}

function toServedNow({ models, draining, modelsFile }: Serving): ServedNow {
  return { models: [...models.values()].map(toModel), draining: draining(), file: toFile(modelsFile) };
}

function toFile(modelsFile: Serving['modelsFile']): ServedNow['file'] {
  if (modelsFile === undefined) return null;
  const { loadedAt, problems, notStarted } = modelsFile.status();
  return {
    loadedAt: Math.floor(loadedAt / MS_PER_SECOND).toString(),
    isCurrent: problems.length === 0,
    problems: [...problems],
    notStarted: [...notStarted],
  };
}

function toModel({ backend, slots: lane }: ServedModel): Model {
  const { modelId, name, slots, queue, backend: place } = backend.entry;
  const health = backend.state();
  const { busy, waiting, serviceMs } = lane.load();
  const { answers, failures, probeMs, ttftMs, tokensPerSecond } = backend.measured();
  return {
    modelId,
    name,
    backend: place.kind,
    state: health.state,
    reason: health.state === 'down' ? health.since : null,
    ...{ slots, busy, queue, waiting, answers, failures },
    serviceMs: serviceMs ?? null,
    probeMs: probeMs ?? null,
    ttftMs: ttftMs ?? null,
    tokensPerSecond: tokensPerSecond ?? null,
  };
}

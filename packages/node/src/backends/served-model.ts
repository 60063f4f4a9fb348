import type { ModelId } from '@yellowstone/protocol';
import type { Backend } from './backend.js';
import type { Slots } from './slots.js';

/** A model with what serves it. */
export interface ServedModel {
  readonly backend: Backend;
  readonly slots: Slots;
}

/** All models of a node, by their id on chain; they change while it runs. */
export type ServedModels = ReadonlyMap<ModelId, ServedModel>;

export { API_SCOPES, type ApiScope, type Authenticate, createAuthenticate } from './api-access.js';
export { connectChain, type ChainPlace } from './chain/connect-chain.js';
export type { Chain, ChainReads, ChainWrites, NodeChain } from './chain/chain.js';
export type { JournaledWrites } from './chain/journaled-writes.js';
export type { Clock } from './clock.js';
export { NODE_ERRORS, type NodeErrorCode } from './errors.js';
export {
  createConsumerNode,
  type ConsumerNodeDeps,
  type ConsumerNodeOptions,
} from './consumer/create-consumer-node.js';
export {
  createProviderNode,
  type ProviderNodeDeps,
  type ProviderNodeOptions,
} from './provider/create-provider-node.js';
export type { BackendEntry, ModelEntry } from './backends/model-entry.js';
export { loadModelsFile } from './backends/models-file.js';
export { offer, type Offer, type Offered, type OfferedModel, type OfferStep } from './provider/offer/offer.js';
export { openNodeState, type NodeState, type StateConfig } from './state/open-node-state.js';
export { makeApiKey } from './state/make-api-key.js';
export { openNodeStore, type NodeStore } from './state/open-node-store.js';
export { consumerSettings, loadNodeConfig, offerSettings, providerSettings, storeSettings } from './config.js';

export { connectChain, type ChainOptions, type ConnectedChain } from './chain/connect-chain.js';
export type { Chain, ChainReads, ChainWrites } from './chain/chain.js';
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
export type { BackendEntry, ModelEntry } from './provider/model-entry.js';
export { loadModelsFile } from './provider/models-file.js';
export { offer, type Offer, type Offered, type OfferedModel, type OfferStep } from './provider/offer/offer.js';
export { consumerSettings, offerSettings, providerSettings } from './config.js';

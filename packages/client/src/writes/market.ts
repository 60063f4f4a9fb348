import { parseAddress, parseBidId, parseModelId, type Address } from '@yellowstone/protocol';
import type { EventArgs } from '../chain/diamond-events.js';
import type { ReceiptEvents } from '../chain/receipt-events.js';
import { UNITS, wordOf } from '../domain/codes.js';
import type { PostedBid, RegisteredModel, RegisteredProvider, Writes } from '../writes.js';
import type { Diamond, Send } from './send.js';

export function providerWrites(
  diamond: Diamond,
  send: Send,
  sender: Address,
): Pick<Writes, 'registerProvider' | 'deregisterProvider' | 'setPayout'> {
  return {
    registerProvider: ({ provider = sender, amountMor, endpoint }) =>
      send(
        'registerProvider',
        diamond.providerRegister.populateTransaction(provider, amountMor, endpoint),
        (events): RegisteredProvider => {
          const { addedMor, stakeMor } = events.one('ProviderUpdated');
          return { provider, addedMor, stakeMor, endpoint };
        },
      ),
    deregisterProvider: (provider = sender) =>
      send('deregisterProvider', diamond.providerDeregister.populateTransaction(provider), (events) => {
        const { returnedMor, keptMor } = events.one('ProviderStakeReturned');
        return { returnedMor, keptMor };
      }),
    setPayout: (payout) =>
      send('setPayout', diamond.setPayout.populateTransaction(payout), (events) => {
        const { previousPayout, newPayout } = events.one('ProviderPayoutUpdated');
        return { previousPayout: parseAddress(previousPayout), newPayout: parseAddress(newPayout) };
      }),
  };
}

export function modelWrites(
  diamond: Diamond,
  send: Send,
  sender: Address,
): Pick<Writes, 'registerModel' | 'retireModel' | 'deregisterModel'> {
  return {
    registerModel: ({ owner = sender, baseId, ipfsCid, feeMor = 0n, amountMor, name, tags }) =>
      send(
        'registerModel',
        diamond.modelRegister.populateTransaction(owner, baseId, ipfsCid, feeMor, amountMor, name, [...tags]),
        (events): RegisteredModel => {
          const { modelId, addedMor, stakeMor } = events.one('ModelUpdated');
          return { modelId: parseModelId(modelId), addedMor, stakeMor };
        },
      ),
    retireModel: (modelId) =>
      send('retireModel', diamond.modelRetire.populateTransaction(modelId), (events) => {
        return { version: events.one('ModelRetired').version };
      }),
    deregisterModel: (modelId) =>
      send('deregisterModel', diamond.modelDeregister.populateTransaction(modelId), (events) => {
        return { returnedMor: events.one('ModelStakeReturned').returnedMor };
      }),
  };
}

type BidWrites = 'postModelBid' | 'postTokenBid' | 'repriceBid' | 'confirmBid' | 'deleteBid';

export function bidWrites(diamond: Diamond, send: Send, sender: Address): Pick<Writes, BidWrites> {
  const posted = (events: ReceiptEvents): PostedBid => toPostedBid(events.one('BidPosted'));
  return {
    postModelBid: ({ provider = sender, modelId, pricePerSecondMor }) =>
      send('postModelBid', diamond.postModelBid.populateTransaction(provider, modelId, pricePerSecondMor), posted),
    postTokenBid: ({ provider = sender, modelId, pricePerTokenMor }) =>
      send('postTokenBid', diamond.postTokenBid.populateTransaction(provider, modelId, pricePerTokenMor), posted),
    repriceBid: ({ bidId, newPriceMor }) =>
      send('repriceBid', diamond.repriceBid.populateTransaction(bidId, newPriceMor), posted),
    confirmBid: (bidId) =>
      send('confirmBid', diamond.confirmBid.populateTransaction(bidId), (events) => {
        return { modelVersion: events.one('BidConfirmed').modelVersion };
      }),
    deleteBid: (bidId) =>
      send('deleteBid', diamond.deleteModelBid.populateTransaction(bidId), (events) => {
        return { bidId: parseBidId(events.one('BidDeleted').bidId) };
      }),
  };
}

function toPostedBid(args: EventArgs<'BidPosted'>): PostedBid {
  const { bidId, provider, modelId, unit, priceMor, nonce, modelVersion } = args;
  return {
    bidId: parseBidId(bidId),
    provider: parseAddress(provider),
    modelId: parseModelId(modelId),
    unit: wordOf(UNITS, unit),
    priceMor,
    nonce,
    modelVersion,
  };
}

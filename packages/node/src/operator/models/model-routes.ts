import type { Model } from '@yellowstone/client';
import { type Address, type Bytes32, type ModelId, parseBytes32, parseModelId } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { id as keccakOfText } from 'ethers';
import { type Static, Type } from 'typebox';
import type { ChainReads, ChainWrites } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import {
  AccountAddress,
  addressOf,
  Amount,
  amountOf,
  body,
  Id,
  IdParams,
  oneOf,
  PageQuery,
  Seconds,
  TransactionHash,
} from '../fields.js';
import { WriteHeaders } from '../request-key.js';
import type { Settle } from '../settled.js';

interface ModelDeps {
  readonly reads: Pick<ChainReads, 'model' | 'models'>;
  /** Whose models this node registers. */
  readonly provider: Address;
  readonly settle: Settle;
}

const same = (name: string) => ({ description: `the same as ${name}` });
const Registration = body({
  modelId: Type.Optional(
    Type.String({ ...Id, description: 'what the id is made of, beside the owner; the hash of the name by default' }),
  ),
  id: Type.Optional(Type.String({ ...Id, ...same('modelId') })),
  ipfsCID: Type.Optional(Type.String({ ...Id, description: "content id of the model's files" })),
  ipfsID: Type.Optional(Type.String({ ...Id, ...same('ipfsCID') })),
  fee: Type.Optional(Type.String({ ...Amount, description: 'kept as registered, without a meaning [MOR-wei]' })),
  addStake: Type.Optional(Amount),
  stake: Type.Optional(Type.String({ ...Amount, ...same('addStake') })),
  owner: Type.Optional(Type.String({ ...AccountAddress, description: 'the provider of this node by default' })),
  name: Type.String({ minLength: 1, maxLength: 64, description: 'name for people' }),
  tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64 })),
});
type Registration = Static<typeof Registration>;

const ModelBody = Type.Object({
  id: Id,
  ipfsCID: Id,
  fee: Amount,
  stake: Amount,
  owner: AccountAddress,
  name: Type.String(),
  tags: Type.Array(Type.String()),
  createdAt: Seconds,
  isDeleted: Type.Boolean(),
});
const Registered = Type.Object({
  tx: TransactionHash,
  modelID: Type.String({ ...Id, description: 'id of the model: for models-config.json and for bids' }),
  model: ModelBody,
});
const Models = Type.Object({ models: Type.Array(ModelBody), total: Type.Integer() });
const Left = Type.Object({ tx: TransactionHash, returned: Amount });

const tags = ['models'];

/** Models of the registry. */
export function modelRoutes({ reads, provider, settle }: ModelDeps) {
  return async (server: HttpServer): Promise<void> => {
    server.post(
      '/blockchain/models',
      {
        schema: {
          tags,
          summary: 'Register a model, update it, or add stake',
          headers: WriteHeaders,
          body: Registration,
          response: { 200: Registered },
        },
      },
      async (request) => {
        const wanted = wantedOf(request.body, provider);
        const { tx, modelId, stakeMor } = await settle(request, (writes) => writes.registerModel(wanted));
        const registered = await reads.model(modelId).catch(() => undefined);
        return { tx, modelID: modelId, model: toBody(registered ?? justRegistered(modelId, wanted, stakeMor)) };
      },
    );
    server.get(
      '/blockchain/models',
      { schema: { tags, summary: 'Active models', querystring: PageQuery, response: { 200: Models } } },
      async ({ query }) => {
        const { items, total } = await reads.models(query);
        return { models: items.map(toBody), total };
      },
    );
    server.get(
      '/blockchain/models/:id',
      {
        schema: {
          tags,
          summary: 'One model',
          params: IdParams,
          response: { 200: Type.Object({ model: ModelBody }) },
        },
      },
      async ({ params }) => {
        const model = await reads.model(parseModelId(params.id));
        if (model === undefined) throw nodeError('model_not_found', { model: params.id });
        return { model: toBody(model) };
      },
    );
    server.delete(
      '/blockchain/models/:id',
      {
        schema: {
          tags,
          summary: 'Take a model off and its stake back',
          headers: WriteHeaders,
          params: IdParams,
          response: { 200: Left },
        },
      },
      async (request) => {
        const modelId = parseModelId(request.params.id);
        const { tx, returnedMor } = await settle(request, (writes) => writes.deregisterModel(modelId));
        return { tx, returned: returnedMor.toString() };
      },
    );
  };
}

type Wanted = Parameters<ChainWrites['registerModel']>[0] & { readonly owner: Address };

function wantedOf(sent: Registration, provider: Address): Wanted {
  const { name, fee = '0', tags: modelTags = [] } = sent;
  return {
    owner: sent.owner === undefined ? provider : addressOf(sent.owner, 'owner'),
    baseId: bytesOf(['modelId', 'id'], [sent.modelId, sent.id], name),
    ipfsCid: bytesOf(['ipfsCID', 'ipfsID'], [sent.ipfsCID, sent.ipfsID], name),
    feeMor: amountOf(fee, 'fee'),
    amountMor: amountOf(oneOf(['addStake', 'stake'], [sent.addStake, sent.stake]), 'addStake'),
    name,
    tags: modelTags,
  };
}

/** What was sent, or the hash of the name: then the same name means the same model, as with `yellowstone provider offer`. */
function bytesOf(names: readonly [string, string], sent: readonly (string | undefined)[], name: string): Bytes32 {
  return parseBytes32(sent.some((value) => value !== undefined) ? oneOf(names, sent) : keccakOfText(name));
}

/** For an RPC endpoint that lags behind its own receipts. */
function justRegistered(modelId: ModelId, { owner, ipfsCid, feeMor = 0n, name, tags }: Wanted, stakeMor: bigint) {
  return { modelId, owner, ipfsCid, feeMor, name, tags, stakeMor, createdAt: 0n, isActive: true };
}

type Shown = Pick<
  Model,
  'modelId' | 'ipfsCid' | 'feeMor' | 'stakeMor' | 'owner' | 'name' | 'tags' | 'createdAt' | 'isActive'
>;

function toBody(model: Shown) {
  return {
    id: model.modelId,
    ipfsCID: model.ipfsCid,
    fee: model.feeMor.toString(),
    stake: model.stakeMor.toString(),
    owner: model.owner,
    name: model.name,
    tags: [...model.tags],
    createdAt: model.createdAt.toString(),
    isDeleted: !model.isActive,
  };
}

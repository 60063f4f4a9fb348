import type { Provider } from '@yellowstone/client';
import type { Address } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import type { ChainReads } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import {
  AccountAddress,
  AccountParams,
  addressOf,
  Amount,
  amountOf,
  body,
  oneOf,
  PageQuery,
  Seconds,
  TransactionHash,
} from '../fields.js';
import { WriteHeaders } from '../request-key.js';
import type { Settle } from '../settled.js';

interface ProviderDeps {
  readonly reads: Pick<ChainReads, 'provider' | 'providers'>;
  /** Whom this node registers. */
  readonly provider: Address;
  readonly settle: Settle;
}

const Endpoint = Type.String({
  pattern: '^(https://[^\\s?#@/]+(/[^\\s?#@]*)?|([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5})$',
  maxLength: 256,
  description: 'where consumers reach the provider: host:port, or a full https URL',
});
const Registration = body({
  addStake: Type.Optional(Amount),
  stake: Type.Optional(Type.String({ ...Amount, description: 'the same as addStake' })),
  endpoint: Endpoint,
});
const ProviderBody = Type.Object({
  address: AccountAddress,
  endpoint: Type.String(),
  stake: Amount,
  createdAt: Seconds,
  isDeleted: Type.Boolean(),
  isSubnet: Type.Boolean({ description: 'the stake is large enough for a subnet' }),
  payout: Type.String({ ...AccountAddress, description: 'where earnings go' }),
});
const Registered = Type.Object({ tx: TransactionHash, provider: ProviderBody });
const Providers = Type.Object({ providers: Type.Array(ProviderBody), total: Type.Integer() });
const Left = Type.Object({
  tx: TransactionHash,
  returned: Type.String({ ...Amount, description: 'stake that came back [MOR-wei]' }),
  kept: Type.String({ ...Amount, description: 'stake that follows later, by the same call [MOR-wei]' }),
});

const tags = ['providers'];

/** Providers of the registry; registering and leaving are for the one of this node. */
export function providerRoutes({ reads, provider: own, settle }: ProviderDeps) {
  return async (server: HttpServer): Promise<void> => {
    server.post(
      '/blockchain/providers',
      {
        schema: {
          tags,
          summary: 'Register the provider, add stake, or change the endpoint',
          headers: WriteHeaders,
          body: Registration,
          response: { 200: Registered },
        },
      },
      async (request) => {
        const { addStake, stake, endpoint } = request.body;
        const amountMor = amountOf(oneOf(['addStake', 'stake'], [addStake, stake]), 'addStake');
        const { tx, stakeMor } = await settle(request, (writes) =>
          writes.registerProvider({ provider: own, amountMor, endpoint }),
        );
        const registered = await reads.provider(own).catch(() => undefined);
        return { tx, provider: toBody(registered ?? justRegistered(own, endpoint, stakeMor)) };
      },
    );
    server.get(
      '/blockchain/providers',
      { schema: { tags, summary: 'Active providers', querystring: PageQuery, response: { 200: Providers } } },
      async ({ query }) => {
        const { items, total } = await reads.providers(query);
        return { providers: items.map(toBody), total };
      },
    );
    server.get(
      '/blockchain/providers/:id',
      {
        schema: {
          tags,
          summary: 'One provider',
          params: AccountParams,
          response: { 200: Type.Object({ provider: ProviderBody }) },
        },
      },
      async ({ params }) => {
        const provider = addressOf(params.id, 'id');
        const found = await reads.provider(provider);
        if (found === undefined) throw nodeError('provider_not_found', { provider });
        return { provider: toBody(found) };
      },
    );
    server.delete(
      '/blockchain/providers/:id',
      {
        schema: {
          tags,
          summary: 'Leave; stake that is exposed follows later by the same call',
          headers: WriteHeaders,
          params: AccountParams,
          response: { 200: Left },
        },
      },
      async (request) => {
        const leaving = addressOf(request.params.id, 'id');
        const { tx, returnedMor, keptMor } = await settle(request, (writes) => writes.deregisterProvider(leaving));
        return { tx, returned: returnedMor.toString(), kept: keptMor.toString() };
      },
    );
  };
}

/** For an RPC endpoint that lags behind its own receipts. */
function justRegistered(provider: Address, endpoint: string, stakeMor: bigint): Provider {
  return { provider, endpoint, stakeMor, createdAt: 0n, payout: provider, isActive: true, isSubnet: false };
}

function toBody({ provider, endpoint, stakeMor, createdAt, payout, isActive, isSubnet }: Provider) {
  return {
    address: provider,
    endpoint,
    stake: stakeMor.toString(),
    createdAt: createdAt.toString(),
    isDeleted: !isActive,
    isSubnet,
    payout,
  };
}

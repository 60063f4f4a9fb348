import type { Address } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import type { ChainReads } from '../../chain/chain.js';
import { Amount, amountOf, body, TransactionHash } from '../fields.js';
import { WriteHeaders } from '../request-key.js';
import type { Settle } from '../settled.js';

interface ClaimDeps {
  readonly reads: Pick<ChainReads, 'directOwed' | 'sessionCredits'>;
  /** Whose earnings they are. */
  readonly provider: Address;
  readonly settle: Settle;
}

const Claims = Type.Object({
  vested: Type.String({ ...Amount, description: 'can be claimed, as far as the pool guard lets it out [MOR-wei]' }),
  unvested: Type.String({ ...Amount, description: 'vests later; open sessions count in full [MOR-wei]' }),
  direct: Type.String({ ...Amount, description: 'direct earnings that wait in escrow [MOR-wei]' }),
});
const Claim = body({
  amount: Type.Optional(Type.String({ ...Amount, description: 'at most so much; all by default' })),
});
const Paid = Type.Object({
  tx: TransactionHash,
  paid: Amount,
  left: Type.String({ ...Amount, description: 'vested and still owed [MOR-wei]' }),
});
const Withdrawn = Type.Object({ tx: TransactionHash, amount: Amount });

const tags = ['claims'];

/** What the provider of this node earned with sessions. */
export function claimRoutes({ reads, provider, settle }: ClaimDeps) {
  return async (server: HttpServer): Promise<void> => {
    server.get(
      '/blockchain/claims',
      { schema: { tags, summary: 'Earnings that were not paid yet', response: { 200: Claims } } },
      async () => {
        const [{ vestedMor, unvestedMor }, directMor] = await Promise.all([
          reads.sessionCredits(provider),
          reads.directOwed(provider),
        ]);
        return { vested: vestedMor.toString(), unvested: unvestedMor.toString(), direct: directMor.toString() };
      },
    );
    server.post(
      '/blockchain/claims',
      {
        schema: {
          tags,
          summary: 'Have vested earnings paid to the payout address',
          headers: WriteHeaders,
          body: Type.Union([Claim, Type.Null()]),
          response: { 200: Paid },
        },
      },
      async (request) => {
        const amount = request.body?.amount;
        const most = amount === undefined ? {} : { maxMor: amountOf(amount, 'amount') };
        const { tx, paidMor, leftMor } = await settle(request, (writes) =>
          writes.claimSessionCredits({ provider, ...most }),
        );
        return { tx, paid: paidMor.toString(), left: leftMor.toString() };
      },
    );
    server.post(
      '/blockchain/claims/direct',
      {
        schema: {
          tags,
          summary: 'Have direct earnings paid that wait in escrow',
          headers: WriteHeaders,
          response: { 200: Withdrawn },
        },
      },
      async (request) => {
        const { tx, amountMor } = await settle(request, (writes) => writes.withdrawDirect(provider));
        return { tx, amount: amountMor.toString() };
      },
    );
  };
}

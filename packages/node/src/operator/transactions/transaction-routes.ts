import type { Address } from '@yellowstone/protocol';
import { type HttpServer, serviceError } from '@yellowstone/service';
import { Type } from 'typebox';
import type { ChainReads } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import { AccountAddress, addressOf, Amount, amountOf, TransactionHash } from '../fields.js';
import { WriteHeaders } from '../request-key.js';
import type { Settle } from '../settled.js';

interface TransactionDeps {
  readonly reads: Pick<ChainReads, 'etherBalance' | 'morAllowance' | 'morBalance'>;
  /** The wallet. */
  readonly address: Address;
  /** The only spender there is. */
  readonly diamond: Address;
  readonly settle: Settle;
}

const Spender = Type.String({ ...AccountAddress, description: 'the diamond contract; it is the default' });
const Approval = Type.Object({ spender: Type.Optional(Spender), amount: Amount });

const Approved = Type.Object({ tx: TransactionHash, allowance: Amount });
const Allowance = Type.Object({ allowance: Amount });
const Balances = Type.Object({
  mor: Amount,
  eth: Type.String({ description: 'wei (1e-18 ETH) as a decimal string; it pays gas' }),
});

/** What contracts may take from the wallet, and what is in it. */
export function transactionRoutes({ reads, address, diamond, settle }: TransactionDeps) {
  const requireDiamond = (spender: string | undefined): void => {
    if (spender === undefined || addressOf(spender, 'spender') === diamond) return;
    throw nodeError('spender_not_allowed', { spender, diamond, param: 'spender' });
  };
  return async (server: HttpServer): Promise<void> => {
    takeEmptyForms(server);
    server.post(
      '/blockchain/approve',
      {
        schema: {
          tags: ['transactions'],
          summary: 'Let the diamond take MOR out of the wallet',
          headers: WriteHeaders,
          querystring: Approval,
          response: { 200: Approved },
        },
      },
      async (request) => {
        const { spender, amount } = request.query;
        requireDiamond(spender);
        const wantedMor = amountOf(amount, 'amount');
        const { tx, amountMor } = await settle(request, (writes) => writes.approveMor(wantedMor));
        return { tx, allowance: amountMor.toString() };
      },
    );
    server.get(
      '/blockchain/allowance',
      {
        schema: {
          tags: ['transactions'],
          summary: 'What the diamond may still take out of the wallet',
          querystring: Type.Object({ spender: Type.Optional(Spender) }),
          response: { 200: Allowance },
        },
      },
      async ({ query: { spender } }) => {
        requireDiamond(spender);
        return { allowance: (await reads.morAllowance(address)).toString() };
      },
    );
    server.get(
      '/blockchain/balance',
      { schema: { tags: ['transactions'], summary: 'MOR and ETH of the wallet', response: { 200: Balances } } },
      async () => {
        const [mor, eth] = await Promise.all([reads.morBalance(address), reads.etherBalance(address)]);
        return { mor: mor.toString(), eth: eth.toString() };
      },
    );
  };
}

/** `curl --data ''`, as the documented command is written, says that an empty body is a form. */
function takeEmptyForms(server: HttpServer): void {
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') done(null, null);
    else done(serviceError('content_type_unsupported'), undefined);
  });
}

import { PURPOSES } from '@yellowstone/client';
import type { Address } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import type { ChainReads } from '../../chain/chain.js';
import { Amount, amountOf, body, Seconds, TransactionHash } from '../fields.js';
import { WriteHeaders } from '../request-key.js';
import type { Settle } from '../settled.js';

interface StakeDeps {
  readonly reads: Pick<ChainReads, 'stake' | 'unstaking'>;
  /** Whose stake it is. */
  readonly address: Address;
  readonly settle: Settle;
}

const Purpose = Type.Enum([...PURPOSES], { description: 'what the stake serves' });
const Moved = body({ purpose: Purpose, amount: Amount });
const Stake = Type.Object({
  purpose: Purpose,
  active: Amount,
  counted: Type.String({ ...Amount, description: 'stake that counts today [MOR-wei]' }),
  used: Type.String({ ...Amount, description: 'allowance used today [MOR-wei]' }),
  remaining: Type.String({ ...Amount, description: 'allowance left today [MOR-wei]' }),
});
const Pending = Type.Object({ amount: Amount, withdrawableAt: Seconds });
const Stakes = Type.Object({
  stakes: Type.Array(Stake),
  due: Type.String({ ...Amount, description: 'can be withdrawn now [MOR-wei]' }),
  pending: Type.Array(Pending),
});
const Staked = Type.Object({ tx: TransactionHash, active: Amount });
const Unstaked = Type.Object({ tx: TransactionHash, active: Amount, withdrawableAt: Seconds });
const Withdrawn = Type.Object({ tx: TransactionHash, amount: Amount });

const tags = ['stakes'];

/** The stake account of the wallet. */
export function stakeRoutes({ reads, address, settle }: StakeDeps) {
  return async (server: HttpServer): Promise<void> => {
    server.get(
      '/blockchain/stakes',
      {
        schema: { tags, summary: 'Stake, allowance of the day, and what is on its way out', response: { 200: Stakes } },
      },
      async () => {
        const [unstaking, ...stakes] = await Promise.all([
          reads.unstaking(address),
          ...PURPOSES.map(async (purpose) => ({ purpose, ...(await reads.stake(address, purpose)) })),
        ]);
        return {
          stakes: stakes.map(({ purpose, activeMor, countedMor, usedMor, remainingMor }) => ({
            purpose,
            active: activeMor.toString(),
            counted: countedMor.toString(),
            used: usedMor.toString(),
            remaining: remainingMor.toString(),
          })),
          due: unstaking.dueMor.toString(),
          pending: unstaking.pending.map(({ amountMor, withdrawableAt }) => ({
            amount: amountMor.toString(),
            withdrawableAt: withdrawableAt.toString(),
          })),
        };
      },
    );
    server.post(
      '/blockchain/stakes',
      {
        schema: {
          tags,
          summary: 'Stake MOR; it is active at once',
          headers: WriteHeaders,
          body: Moved,
          response: { 200: Staked },
        },
      },
      async (request) => {
        const { purpose, amount } = request.body;
        const amountMor = amountOf(amount, 'amount');
        const { tx, activeMor } = await settle(request, (writes) => writes.stake({ purpose, amountMor }));
        return { tx, active: activeMor.toString() };
      },
    );
    server.post(
      '/blockchain/stakes/unstake',
      {
        schema: {
          tags,
          summary: 'Unstake MOR; it can leave at the first UTC midnight that is at least 12 hours away',
          headers: WriteHeaders,
          body: Moved,
          response: { 200: Unstaked },
        },
      },
      async (request) => {
        const { purpose, amount } = request.body;
        const amountMor = amountOf(amount, 'amount');
        const { tx, activeMor, withdrawableAt } = await settle(request, (writes) =>
          writes.unstake({ purpose, amountMor }),
        );
        return { tx, active: activeMor.toString(), withdrawableAt: withdrawableAt.toString() };
      },
    );
    server.post(
      '/blockchain/stakes/withdraw',
      {
        schema: {
          tags,
          summary: 'Take out everything that is due',
          headers: WriteHeaders,
          response: { 200: Withdrawn },
        },
      },
      async (request) => {
        const { tx, amountMor } = await settle(request, (writes) => writes.withdrawStake());
        return { tx, amount: amountMor.toString() };
      },
    );
  };
}

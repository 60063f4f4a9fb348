// Quotes, opens and closes a session with @yellowstone/client, without a node of one's own.
//   npx tsx examples/open-session.mts
import { type Bid, connect, createReads, createWrites } from '@yellowstone/client';
import { type Address, formatMor, type SessionApproval } from '@yellowstone/protocol';

const DURATION_SECONDS = 600n;
const { YELLOWSTONE_RPC_URL: rpcUrl = '', YELLOWSTONE_DIAMOND: diamond = '', CONSUMER_KEY = '' } = process.env;

const connection = await connect({ rpcUrl, diamond });
const reads = createReads(connection);
const writes = createWrites(connection, { privateKey: CONSUMER_KEY });
const user = writes.address;

const [model] = (await reads.models({ limit: 1 })).items;
if (model === undefined) throw new Error('the market has no model');
const [bid] = (await reads.modelBids(model.modelId, 'second', { limit: 1 })).items;
if (bid === undefined) throw new Error(`nobody offers ${model.name}`);

const asked = { bidId: bid.bidId, durationSeconds: DURATION_SECONDS, payment: 'pool' } as const;
const quote = await reads.quoteSession({ user, ...asked });
console.log(
  `${model.name}: costs the pool ${formatMor(quote.costMor)} MOR, needs ${formatMor(quote.missingStakeMor)} MOR more stake`,
);

// Without `maxStakeMor` of allowance the diamond could not pull the stake; it stays the user's.
await (await writes.approveMor(quote.missingStakeMor)).wait();
const { approval, signature } = await askProvider(bid, user);
const request = { ...asked, maxStakeMor: quote.missingStakeMor, maxPayMor: 0n };
const { sessionId, costMor } = await (await writes.openSession({ request, approval, signature })).wait();
console.log(`opened ${sessionId} for ${formatMor(costMor)} MOR`);

const settled = await (await writes.closeSession({ sessionId })).wait();
console.log(`closed after ${settled.usedSeconds} s; the provider is credited ${formatMor(settled.creditedMor)} MOR`);
connection.close();

/** The provider's signed word that this user may open a session of this bid. */
async function askProvider(of: Bid, user: Address): Promise<{ approval: SessionApproval; signature: string }> {
  const answer = await fetch(`http://${of.endpoint}/yellowstone/approvals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ bidId: of.bidId, user, durationSeconds: Number(DURATION_SECONDS), payment: 'pool' }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`the provider refused: ${await answer.text()}`);
  const { approval, signature } = (await answer.json()) as {
    approval: { maxDurationSeconds: number; nonce: string; deadline: number };
    signature: string;
  };
  return {
    approval: {
      bidId: of.bidId,
      user,
      pricePerSecondMor: of.priceMor,
      maxDurationSeconds: BigInt(approval.maxDurationSeconds),
      payment: 'pool',
      nonce: BigInt(approval.nonce),
      deadline: BigInt(approval.deadline),
    },
    signature,
  };
}

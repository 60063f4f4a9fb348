// Reads one page of the market from CommonJS: models, and the bids of each.
//   node examples/market-page.cjs
const { connect, createReads } = require('@yellowstone/client');
const { formatMor } = require('@yellowstone/protocol');

async function main() {
  const { YELLOWSTONE_RPC_URL: rpcUrl, YELLOWSTONE_DIAMOND: diamond } = process.env;
  const connection = await connect({ rpcUrl, diamond });
  const reads = createReads(connection);
  const models = await reads.models({ offset: 0, limit: 20 });
  console.log(`${models.items.length} of ${models.total} models`);
  for (const { modelId, name } of models.items) {
    const bids = await reads.modelBids(modelId, 'second', { limit: 5 });
    for (const { priceMor, endpoint } of bids.items) console.log(`${name}  ${formatMor(priceMor)} MOR/s  ${endpoint}`);
  }
  connection.close();
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});

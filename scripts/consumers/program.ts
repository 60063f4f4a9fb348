import { IYellowstone__factory, yellowstoneAbi } from '@yellowstone/contracts';
import { connect, createReads, createWrites, isChainError } from '@yellowstone/client';
import {
  formatMor,
  messageDomain,
  parseAddress,
  parseBidId,
  parseMor,
  recover,
  sessionApproval,
  sign,
} from '@yellowstone/protocol';
import { JsonRpcProvider, Wallet } from 'ethers';

// What an integrator would write; `npm run test:consumers` compiles and runs it as CommonJS and as ESM, outside the
// repository, against the packed packages.

const [rpcUrl = '', diamond = '', privateKey = ''] = process.argv.slice(2);
const wallet = new Wallet(privateKey);

async function callContracts(): Promise<string> {
  const provider = new JsonRpcProvider(rpcUrl);
  const mor = await IYellowstone__factory.connect(diamond, provider).getToken();
  provider.destroy();
  const stake = yellowstoneAbi.find((entry) => entry.type === 'function' && entry.name === 'stake');
  if (stake === undefined) throw new Error('the ABI has no function stake');
  return mor;
}

async function callProtocol(): Promise<string> {
  const domain = messageDomain({ chainId: 31_337n, diamond: parseAddress(diamond) });
  const message = sessionApproval(domain, {
    bidId: parseBidId(`0x${'11'.repeat(32)}`),
    user: parseAddress(wallet.address),
    pricePerSecondMor: parseMor('0.3'),
    maxDurationSeconds: 600n,
    payment: 'pool',
    nonce: 1n,
    deadline: 1n,
  });
  return recover(await sign(wallet, message), message);
}

async function callClient(): Promise<string> {
  const connection = await connect({ rpcUrl, diamond, pollingIntervalMs: 100 });
  try {
    const { bidFeeMor } = await createReads(connection).fees();
    const writes = createWrites(connection, wallet);
    await (await writes.approveMor(bidFeeMor)).wait();
    // Fails to compile and to run if the client brings another ethers than the program has.
    const provider: JsonRpcProvider = connection.provider;
    await (await createWrites(connection, await provider.getSigner(0)).approveMor(bidFeeMor)).wait();
    const refusal = await writes.withdrawStake().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!isChainError(refusal)) throw new Error(`no ChainError: ${String(refusal)}`);
    return `${formatMor(bidFeeMor)} ${refusal.code}`;
  } finally {
    connection.close();
  }
}

async function main(): Promise<void> {
  // In an ES module there is no such name.
  const format = typeof require === 'undefined' ? 'esm' : 'commonjs';
  const said = { contracts: await callContracts(), protocol: await callProtocol(), client: await callClient() };
  console.log(JSON.stringify({ format, ...said }));
}

void main();

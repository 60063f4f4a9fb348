import { IYellowstone__factory } from '@yellowstone/contracts';
import { connect, createReads, createWrites } from '@yellowstone/client';
import { MOR, parseAddress, parseSessionId } from '@yellowstone/protocol';
import { expect } from 'chai';
import { ethers } from 'hardhat';

const DURATION_SECONDS = 600n;
const {
  YELLOWSTONE_RPC_URL: rpcUrl = '',
  YELLOWSTONE_DIAMOND: diamond = '',
  CONSUMER_KEY: privateKey = '',
} = process.env;

/** Runs against a chain with a provider that serves: `npm run test:examples` starts both. */
describe('TeamWallet', () => {
  it('opens and closes a session in its own name', async () => {
    const connection = await connect({ rpcUrl, diamond, pollingIntervalMs: 50 });
    const reads = createReads(connection);
    const [model] = (await reads.models({ limit: 1 })).items;
    const factory = await ethers.getContractFactory('TeamWallet');
    const wallet = await (await factory.deploy(diamond)).waitForDeployment();
    const user = parseAddress(await wallet.getAddress());
    await (await createWrites(connection, { privateKey }).transferMor({ to: user, amountMor: 5_000n * MOR })).wait();

    const [bidId, priceMor] = await wallet.getFunction('cheapestBid')(model?.modelId);
    const bid = await reads.bid(bidId);
    expect(priceMor).to.equal(bid?.priceMor);

    const answer = await fetch(`http://${bid?.endpoint}/yellowstone/approvals`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ bidId, user, durationSeconds: Number(DURATION_SECONDS), payment: 'pool' }),
    });
    expect(answer.status).to.equal(201);
    const { approval, signature } = (await answer.json()) as { approval: object; signature: string };
    const request = { bidId, durationSeconds: DURATION_SECONDS, payment: 0, maxStakeMor: 5_000n * MOR, maxPayMor: 0n };
    await (await wallet.getFunction('openSession')(request, { ...approval, payment: 0 }, signature)).wait();

    const [opened] = (await reads.userSessions(user)).items;
    const sessionId = parseSessionId(opened?.sessionId ?? '');
    expect(opened?.isClosed).to.equal(false);
    await (await wallet.getFunction('closeSession')(sessionId)).wait();
    const yellowstone = IYellowstone__factory.connect(diamond, ethers.provider);
    expect((await yellowstone.getSession(sessionId)).isClosed).to.equal(true);
    connection.close();
  });
});

import { fundDeposits } from '../../../fixtures/books';
import { BOND_MOR, withCompute } from '../../../fixtures/compute';
import { today } from '../../../fixtures/days';
import { historyOf, type Stage } from '../stage';

/** Routers, keys, token bids and access stake beside what a stage has; the launch begins in two days. */
export async function daysStage(stage: Stage): Promise<Stage> {
  const compute = await withCompute(stage);
  const { diamond, mor, rest, stranger, delegate, router } = compute;
  for (const account of rest.slice(2, 9)) {
    await mor.mint(account, 2n * BOND_MOR);
    await mor.connect(account).approve(diamond, 2n * BOND_MOR);
  }
  await fundDeposits(compute, [stranger, delegate, router]);
  await diamond.connect(stage.owner).setLaunchDay((await today()) + 2);
  return { ...stage, compute, history: await historyOf(stage.address) };
}

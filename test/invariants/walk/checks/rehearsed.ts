import { same } from './assert';
import type { Outcome } from '../exits';
import type { World } from '../world';
import type { Check } from './check';

/** What became of the rehearsed calls of a promise. */
export const outcomesOf = (world: World, promise: Outcome['promise']): Outcome[] =>
  world.rehearsed.outcomes.filter((outcome) => outcome.promise === promise);

function endedAsPlanned(world: World, promise: Outcome['promise']): void {
  for (const { name, ended, error = 'done', paysMor, paidMor } of outcomesOf(world, promise)) {
    same(ended, error, name);
    if (paysMor !== undefined) same(paidMor, paysMor, `${name} pays`);
  }
}

const rehearsed = (promise: Outcome['promise'], name: string): Check => ({
  name: `${promise} ${name}`,
  holds: (world) => endedAsPlanned(world, promise),
});

/** Promises that are attempted after every call, in whatever state it left the diamond, paused or not. */
export const REHEARSED: readonly Check[] = [
  rehearsed('I10', 'every claim goes through and pays what the guard lets out'),
  rehearsed('I12', 'everybody unstakes everything and withdraws what is due'),
  rehearsed('I16', 'no session closes twice'),
  rehearsed('I18', 'every open session closes, whatever the verdict'),
  rehearsed('I33', 'nothing can be initialised again'),
  rehearsed('I35', 'no guarded call goes through for anybody else'),
  rehearsed('exit', 'bids are taken off, providers leave, direct earnings are fetched'),
];

import { same } from './assert';
import { OpenZeppelin } from '../../../fixtures/errors';
import { COMMITTED } from '../stage';
import { eventsOf, type Check } from './check';

const LOCKED = OpenZeppelin.interface.encodeErrorResult('ReentrancyGuardReentrantCall');

export const DIAMOND: readonly Check[] = [
  {
    name: 'I32 each function has one facet with code, as in the committed table',
    holds: ({ facets }, _, { table }) => {
      for (const { selector, facet } of table) same(facets.get(facet), COMMITTED[selector]!.facet, selector);
    },
  },
  {
    name: 'I32 a cut moves functions between facets of the same name and adds or removes none',
    holds: (world) => {
      for (const { args } of eventsOf(world, 'DiamondCut')) {
        for (const [facet, action, selectors] of args['facets'] as [string, bigint, string[]][]) {
          same(action, 1n, 'replaced');
          same(new Set(selectors.map((selector) => COMMITTED[selector]?.facet)), new Set([world.facets.get(facet)]));
        }
      }
    },
  },
  {
    name: 'lock a call that the token makes inside a transfer finds the lock',
    holds: ({ lastReentries }) => {
      for (const { ok, answer } of lastReentries) same([ok, answer], [false, LOCKED]);
    },
  },
];

import { must, same } from './assert';
import { DAY } from '../../../fixtures/market';
import { eventsOf, sum, type Check } from './check';

export const STAKES: readonly Check[] = [
  {
    name: 'I13 nobody used more of a day than the share of the stake that counted',
    holds: (world, _, { accounts, today, day }) => {
      if (today.openedAt === 0n) return;
      accounts.Session.forEach(({ usedMor, countedMor }, i) => {
        const { address } = world.users[i]!;
        const ofToday = [...world.sessions.values()].filter(
          ({ user, isDirect, openedAt }) => user === address && !isDirect && Math.floor(openedAt / DAY) === day,
        );
        // What sessions of other days gave back is gone with their days.
        const promisedMor = sum(ofToday.map(({ costMor, returnedMor }) => costMor - returnedMor));
        same(usedMor, promisedMor, `used by user ${i}, from the events`);
        must(promisedMor * today.supplyMor <= today.budgetMor * countedMor, `user ${i}: ${usedMor}`);
      });
    },
  },
  {
    name: 'I13b all stake that counts on a day is at most its supply',
    holds: (_, __, { accounts, totals, today }) => {
      for (const purpose of ['Session', 'Access'] as const) {
        const countedMor = sum(accounts[purpose].map((account) => account.countedMor));
        same(totals[purpose].countedMor, countedMor, `${purpose} counted`);
      }
      if (today.openedAt === 0n) return;
      must(totals.Session.countedMor + totals.Access.countedMor <= today.supplyMor, 'within supply');
    },
  },
  {
    name: 'I15 stakes add up to their buckets',
    holds: (_, __, { accounts, totals, buckets, unstaking, providers, models }) => {
      for (const purpose of ['Session', 'Access'] as const) {
        const activeMor = sum(accounts[purpose].map((account) => account.activeMor));
        same(totals[purpose].activeMor, activeMor, `${purpose} total`);
        same(buckets[`${purpose}Stakes`], activeMor, `${purpose} bucket`);
      }
      same(buckets.Unstaking, sum(unstaking.map(({ allMor }) => allMor)), 'unstaking');
      same(buckets.ProviderStakes, sum(providers.map(({ stakeMor }) => stakeMor)), 'providers');
      same(buckets.ModelStakes, sum(models.map(({ stakeMor }) => stakeMor)), 'models');
    },
  },
  {
    name: 'I23 what sessions use of a day and what its books owe is at most its budget',
    holds: (world, _, { books }) => {
      for (const [day, { accounts, today }] of world.lastOfDay) {
        if (today.openedAt === 0n) continue;
        const usedMor = sum(accounts.Session.map((account) => account.usedMor));
        const ofDay = books.filter((_book, i) => world.days!.books[i]!.day === day);
        must(usedMor + sum(ofDay.map(({ totalMor }) => totalMor)) <= today.budgetMor, `day ${day}`);
      }
    },
  },
  {
    name: 'I26 the snapshot of a day never changes',
    holds: (world, before, after) => {
      if (before.day !== after.day || !world.openedDays.has(after.day)) return;
      // Before it was opened in earnest it was opened for the reads only.
      if (eventsOf(world, 'DayOpened').length > 0) return;
      same(after.today, before.today);
    },
  },
  {
    name: 'I14 one MOR counts once a day: what counted is still there, active or on its way out',
    holds: (world, _, { accounts, unstaking }) => {
      world.users.forEach(({ address }, i) => {
        const countedMor = accounts.Session[i]!.countedMor + accounts.Access[i]!.countedMor;
        const activeMor = accounts.Session[i]!.activeMor + accounts.Access[i]!.activeMor;
        // What is due left its account on a day before.
        const { dueMor, allMor } = unstaking[i]!;
        must(countedMor <= activeMor + allMor - dueMor, `${address} counted ${countedMor}`);
      });
    },
  },
];

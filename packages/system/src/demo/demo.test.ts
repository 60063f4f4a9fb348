import { expect, it } from 'vitest';
import { createNarrator } from './narrator.js';
import { runDemo } from './demo.js';

it('the demo holds in every step and ends with a balance to the wei', { timeout: 120_000 }, async () => {
  const told: string[] = [];
  const demo = await runDemo(createNarrator((text) => told.push(text)));
  await demo.stop();
  const story = told.join('');
  const [, sum] = /sum +([\d.]+) MOR/.exec(story) ?? [];
  const [, putIn] = /put in +([\d.]+) MOR/.exec(story) ?? [];
  expect(sum).toBeDefined();
  expect(sum).toBe(putIn);
});

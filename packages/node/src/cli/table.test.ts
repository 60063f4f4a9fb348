import { expect, it } from 'vitest';
import { factsText, tableText } from './table.js';

it('aligns texts at the left and numbers at the right', () => {
  const rows = [
    { name: 'a', price: '0.5' },
    { name: 'longer', price: '12.25' },
  ];
  const columns = [
    { title: 'model', cell: ({ name }: (typeof rows)[number]) => name },
    { title: 'price', cell: ({ price }: (typeof rows)[number]) => price, isNumber: true },
  ];
  expect(tableText(columns, rows)).toBe(['model   price', 'a         0.5', 'longer  12.25'].join('\n'));
  expect(tableText(columns, [])).toBe('model  price');
});

it('lets no cell leave its line', () => {
  expect(tableText([{ title: 'x', cell: (text: string) => text }], ['a\nb'])).toBe('x\na\uFFFDb');
});

it('puts the values of facts below each other', () => {
  expect(factsText([['a', '1'], ['long', '2']])).toBe('a     1\nlong  2'); // prettier-ignore
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect } from 'chai';

const ROOT = join(__dirname, '..', '..');
const NUMBER = /YS-\d+/g;

/** Test files under a folder of the repository. */
function testsIn(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.split(sep).includes('node_modules'))
    .map((name) => join(folder, name));
}

/** The numbers that titles of tests name in brackets, `[YS-…]`, with the files that do. */
function namedNumbers(): Map<string, string[]> {
  const packages = readdirSync(join(ROOT, 'packages')).flatMap((name) => testsIn(join('packages', name, 'src')));
  const named = new Map<string, string[]>();
  for (const file of [...testsIn('test'), ...packages]) {
    for (const [tag] of readFileSync(join(ROOT, file), 'utf8').matchAll(/\[YS-\d+\]/g)) {
      const number = tag.slice(1, -1);
      named.set(number, [...(named.get(number) ?? []), file]);
    }
  }
  return named;
}

describe('repository: numbers of the specification', () => {
  const promises = readFileSync(join(ROOT, 'docs', 'spec.md'), 'utf8').split('\n');
  const numbers = promises.flatMap((line) => /^- \*\*(YS-\d+)\*\* \S/.exec(line)?.[1] ?? []);
  const named = namedNumbers();

  it('are each given to one promise, in rising order', () => {
    expect(numbers.length).to.be.greaterThan(0);
    expect(numbers).to.deep.equal([...new Set(numbers)].sort());
    expect(promises.join('\n').match(NUMBER), 'a number outside a promise').to.deep.equal(numbers);
    for (const number of numbers) expect(number).to.match(/^YS-\d{3}$/);
  });

  it('are each named by a test', () => {
    expect(numbers.filter((number) => !named.has(number))).to.deep.equal([]);
  });

  it('exist when a test names them', () => {
    const unknown = [...named].filter(([number]) => !numbers.includes(number));
    expect(unknown).to.deep.equal([]);
  });
});

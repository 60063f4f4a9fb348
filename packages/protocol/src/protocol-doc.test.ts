import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as protocol from './index.js';
import { domainSeparatorOf, encodeTypeOf, messageDomain } from './typed-data.js';
import { parseAddress } from './units.js';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const page = read('docs/protocol.md');

interface MessageCase {
  readonly formula: string;
  readonly inputs: { readonly domain: { readonly chainId: string }; readonly primaryType: string };
  readonly expected: Readonly<Record<string, string>>;
}

interface BookCase {
  readonly formula: string;
  readonly expected: {
    readonly context: string;
    readonly root: string;
    readonly totalMor: string;
    readonly claims: readonly {
      readonly leaf: { readonly provider: string; readonly dayMor: string; readonly receiptsRoot: string };
      readonly siblings: readonly { readonly hash: string; readonly sumMor: string }[];
    }[];
  };
}

const casesOf = <Case>(file: string): Case[] =>
  (JSON.parse(read(`test/vectors/${file}.json`)) as { cases: Case[] }).cases;

/** The first message of each type in a file of vectors: the examples of the page. */
function examplesOf(file: string): MessageCase[] {
  const messages = casesOf<MessageCase>(file).filter(({ formula }) => formula === 'typedMessage');
  return messages.filter(
    ({ inputs }, at) => messages.findIndex((one) => one.inputs.primaryType === inputs.primaryType) === at,
  );
}

/** `SESSION_APPROVAL_FIELDS` is the type `SessionApproval`. */
const types = Object.entries(protocol).flatMap(([name, fields]) => {
  if (!name.endsWith('_FIELDS')) return [];
  const words = name.replace(/_FIELDS$/, '').split('_');
  const primaryType = words.map((word) => word[0] + word.slice(1).toLowerCase()).join('');
  return [{ primaryType, fields: fields as typeof protocol.SESSION_APPROVAL_FIELDS }];
});
const sessionTypes = ['SessionApproval', 'SessionReceipt'];
const computeTypes = [
  'BlockHeader',
  'DayBook',
  'KeyRegistration',
  'NodeKeys',
  'ProviderReceipt',
  'RequestForCompute',
  'SessionKey',
  'Ticket',
  'UsageReport',
];

describe('docs/protocol.md', () => {
  it('has messages to be held to', () => {
    const byName = (a: string, b: string): number => (a < b ? -1 : 1);
    expect(types.map(({ primaryType }) => primaryType).sort(byName)).toEqual(
      [...sessionTypes, ...computeTypes].sort(byName),
    );
    expect(
      examplesOf('compute-messages')
        .map(({ inputs }) => inputs.primaryType)
        .sort(byName),
    ).toEqual(computeTypes);
  });

  it.each(types)('has the type of $primaryType', (type) => {
    expect(page).toContain(`\`\`\`\n${encodeTypeOf(type)}\n\`\`\``);
  });

  it.each(examplesOf('typed-data'))('has the example of $inputs.primaryType', ({ expected }) => {
    for (const name of ['typeHash', 'structHash', 'digest', 'signer', 'signature']) {
      expect(page, name).toContain(`\`${expected[name]}\``);
    }
  });

  it.each(examplesOf('compute-messages'))('has the hashes of $inputs.primaryType', ({ inputs, expected }) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${inputs.primaryType}\` `) && line.includes('0x'));
    for (const name of ['typeHash', 'structHash', 'digest']) expect(row, name).toContain(`\`${expected[name]}\``);
  });

  it('has the tree of the example book', () => {
    const { context, root, totalMor, claims } = casesOf<BookCase>('sum-tree').find(
      ({ formula }) => formula === 'dayBook',
    )!.expected; // Without a book among the vectors there is nothing to hold the page to.
    const leaves = claims.flatMap(({ leaf }) => [leaf.provider, leaf.dayMor, leaf.receiptsRoot]);
    const nodes = claims.slice(0, 2).flatMap(({ siblings }) => siblings.flatMap(({ hash, sumMor }) => [hash, sumMor]));
    for (const fact of [context, root, totalMor, ...leaves, ...nodes]) expect(page).toContain(`\`${fact}\``);
  });

  it('has the domain of the examples', () => {
    const diamond = parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3');
    expect(page).toContain(domainSeparatorOf(messageDomain({ chainId: 31_337n, diamond })));
    expect(page).toContain(`\`${protocol.DOMAIN_NAME}\``);
  });
});

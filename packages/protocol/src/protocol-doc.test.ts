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

const cases = (JSON.parse(read('test/vectors/typed-data.json')) as { cases: MessageCase[] }).cases;
const messages = cases.filter(({ formula }) => formula === 'typedMessage');
/** The first of each type is the example of the page. */
const examples = messages.filter(
  ({ inputs }, at) => messages.findIndex((one) => one.inputs.primaryType === inputs.primaryType) === at,
);

/** `SESSION_APPROVAL_FIELDS` is the type `SessionApproval`. */
const types = Object.entries(protocol).flatMap(([name, fields]) => {
  if (!name.endsWith('_FIELDS')) return [];
  const words = name.replace(/_FIELDS$/, '').split('_');
  const primaryType = words.map((word) => word[0] + word.slice(1).toLowerCase()).join('');
  return [{ primaryType, fields: fields as typeof protocol.SESSION_APPROVAL_FIELDS }];
});

describe('docs/protocol.md', () => {
  it('has messages to be held to', () => {
    expect(types.map(({ primaryType }) => primaryType).sort()).toEqual(['SessionApproval', 'SessionReceipt']);
  });

  it.each(types)('has the type of $primaryType', (type) => {
    expect(page).toContain(`\`\`\`\n${encodeTypeOf(type)}\n\`\`\``);
  });

  it.each(examples)('has the example of $inputs.primaryType', ({ expected }) => {
    for (const name of ['typeHash', 'structHash', 'digest', 'signer', 'signature']) {
      expect(page, name).toContain(`\`${expected[name]}\``);
    }
  });

  it('has the domain of the examples', () => {
    const diamond = parseAddress('0x5FbDB2315678afecb367f032d93F642f64180aa3');
    expect(page).toContain(domainSeparatorOf(messageDomain({ chainId: 31_337n, diamond })));
    expect(page).toContain(`\`${protocol.DOMAIN_NAME}\``);
  });
});

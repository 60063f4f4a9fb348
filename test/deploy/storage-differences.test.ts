import hre from 'hardhat';
import { expect } from 'chai';
import { storageLayouts, type StorageField, type StorageLayouts } from '../../scripts/storage-layout';
import { storageDifferences } from '../../scripts/upgrade/storage-differences';

const field = (name: string, type: string, slot: number, offset: number, bytes: number): StorageField => ({
  name,
  type,
  slot,
  offset,
  bytes,
});

const FEE = field('feeMor', 'uint128', 0, 0, 16);
const COUNT = field('count', 'uint32', 0, 16, 4);
const HOUR = field('hour', 'uint32', 0, 0, 4);
const SPENT = field('spentMor', 'uint80', 0, 4, 10);
const SLOT = `0x${'5e'.repeat(31)}00`;

/** A noun with a list of structs. */
function noun(
  change: { fields?: readonly StorageField[]; slot?: string; item?: readonly StorageField[]; itemBytes?: number } = {},
): StorageLayouts {
  const { fields = [FEE, COUNT], slot = SLOT, item = [HOUR, SPENT], itemBytes = 32 } = change;
  const list = field('items', 'struct Item[]', 1, 0, 32);
  const all = [...fields.slice(0, 2), list, ...fields.slice(2)];
  return {
    Bid: { slot, layout: { bytes: 64, fields: all }, structs: { Item: { bytes: itemBytes, fields: item } } },
  };
}

describe('storage differences', () => {
  const CASES: readonly {
    readonly change: string;
    readonly after: StorageLayouts;
    readonly appended?: readonly string[];
    readonly broken?: readonly string[];
  }[] = [
    { change: 'nothing', after: noun() },
    {
      change: 'a new field at the end',
      after: noun({ fields: [FEE, COUNT, field('added', 'uint256', 2, 0, 32)] }),
      appended: ['Bid.Layout: new added (uint256) at slot 2, byte 0'],
    },
    {
      change: 'a new field in the free bytes of a struct',
      after: noun({ item: [HOUR, SPENT, field('note', 'uint8', 0, 14, 1)] }),
      appended: ['Bid: Item: new note (uint8) at slot 0, byte 14'],
    },
    {
      change: 'a new noun',
      after: { ...noun(), Access: { slot: SLOT, layout: { bytes: 0, fields: [] }, structs: {} } },
      appended: [`Access: new storage at ${SLOT}`],
    },
    {
      change: 'a retired field',
      after: noun({ fields: [FEE, { ...COUNT, name: '__retired_count' }] }),
      appended: ['Bid.Layout: count is retired as __retired_count'],
    },
    {
      change: 'two fields that change places',
      after: noun({ fields: [field('count', 'uint32', 0, 0, 4), field('feeMor', 'uint128', 0, 4, 16)] }),
      broken: [
        'Bid.Layout: count stands where feeMor was (slot 0, byte 0)',
        'Bid.Layout: feeMor stands where count was (slot 0, byte 16)',
      ],
    },
    {
      change: 'another type',
      after: noun({ fields: [FEE, { ...COUNT, type: 'uint64', bytes: 8 }] }),
      broken: ['Bid.Layout: count is uint64, was uint32'],
    },
    {
      change: 'a field that moves',
      after: noun({ fields: [FEE, { ...COUNT, offset: 20 }] }),
      broken: ['Bid.Layout: count moves from slot 0, byte 16 to slot 0, byte 20'],
    },
    {
      change: 'a struct that grows inside a list',
      after: noun({ item: [HOUR, SPENT, field('note', 'uint256', 1, 0, 32)], itemBytes: 64 }),
      appended: ['Bid: Item: new note (uint256) at slot 1, byte 0'],
      broken: ['Bid: Item grows from 32 to 64 bytes inside the list items'],
    },
    {
      change: 'another place of the whole',
      after: noun({ slot: `0x${'5f'.repeat(31)}00` }),
      broken: [`Bid: begins at 0x${'5f'.repeat(31)}00, was at ${SLOT}`],
    },
    { change: 'a noun less', after: {}, broken: ['Bid: the storage is gone'] },
  ];

  for (const { change, after, appended = [], broken = [] } of CASES) {
    it(`${broken.length > 0 ? 'refuses' : 'allows'} ${change}`, () => {
      expect(storageDifferences(noun(), after)).to.deep.equal({ appended, broken });
    });
  }

  it('knows the layouts of the repository, nested structs included', async () => {
    const layouts = await storageLayouts(hre);
    expect(layouts['Bid']!.structs).to.include.keys('Bid', 'BidPair', 'PackedList', 'PriceRange');
    expect(layouts['Stake']!.structs).to.include.keys('Checkpoints.Trace208');
    expect(layouts['Bid']!.layout.fields[1]).to.deep.equal(COUNT);
    expect(storageDifferences(layouts, layouts)).to.deep.equal({ appended: [], broken: [] });
  });
});

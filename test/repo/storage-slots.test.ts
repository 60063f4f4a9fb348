import { expect } from 'chai';
import { ethers } from 'hardhat';
import { solidityIn } from './sources';

/** ERC-7201: keccak256(abi.encode(uint256(keccak256(name)) - 1)) without the last byte. */
function slotOf(name: string): string {
  const inner = ethers.toBeHex(BigInt(ethers.id(name)) - 1n, 32);
  return ethers.toBeHex(BigInt(ethers.keccak256(inner)) & ~0xffn, 32);
}

const files = solidityIn('contracts/storage');

describe('repository: storage slots', () => {
  files.forEach(({ path, text }) => {
    const noun = path.replace(/.*\/(\w+)Storage\.sol$/, '$1');

    it(`${noun} lies where its name says`, () => {
      const name = `yellowstone.storage.${noun}`;
      expect(text).to.match(new RegExp(`@custom:storage-location erc7201:${name}\\s`));
      expect(text).to.include(
        `// keccak256(abi.encode(uint256(keccak256("${name}")) - 1)) & ~bytes32(uint256(0xff))\n`,
      );
      expect(/bytes32 internal constant SLOT = (0x[0-9a-f]{64});/.exec(text)?.[1]).to.equal(slotOf(name));
    });
  });

  it('no two of them are the same', () => {
    const slots = files.map(({ text }) => /SLOT = (0x[0-9a-f]{64})/.exec(text)?.[1]);
    expect(new Set(slots).size).to.equal(files.length);
  });

  it('no facet and no base of facets has a state variable', async () => {
    for (const { path, code } of solidityIn('contracts/facets')) {
      const variables = code.match(
        /^ {4}(?!.*\b(constant|immutable)\b)[\w.[\]]+(\([^)]*\))? (public|private|internal) \w+( =|;)/gm,
      );
      expect(variables, path).to.equal(null);
    }
  });
});

import { expect } from 'chai';
import { solidityIn } from './sources';

describe('repository: Solidity sources', () => {
  const files = solidityIn('contracts');

  it('have a pragma of ^0.8.20 where integrators import them, ^0.8.28 elsewhere', () => {
    for (const { path, text } of files) {
      const wanted = /^contracts\/(interfaces|types)\//.test(path) ? '^0.8.20' : '^0.8.28';
      expect(/^pragma solidity (.*);$/m.exec(text)?.[1], path).to.equal(wanted);
    }
  });

  it('begin with the licence', () => {
    for (const { path, text } of files)
      expect(text.startsWith('// SPDX-License-Identifier: MIT\n'), path).to.equal(true);
  });

  it('import by name only', () => {
    for (const { path, code } of files) {
      for (const [line] of code.matchAll(/^import .*/gm)) expect(line, path).to.match(/^import \{/);
    }
  });

  it('hold one contract, interface or library each, named as the file', () => {
    for (const { path, code } of files) {
      if (/^contracts\/types\/|\/Units\.sol$|\/Imports\.sol$/.test(path)) continue;
      const names = [...code.matchAll(/^(?:abstract )?(?:contract|interface|library) (\w+)/gm)].map(([, name]) => name);
      expect(names, path).to.deep.equal([path.replace(/.*\/(\w+)\.sol$/, '$1')]);
    }
  });

  it('never read a block number', () => {
    for (const { path, code } of files) expect(code.includes('block.number'), path).to.equal(false);
  });
});

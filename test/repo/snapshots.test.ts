import { expect } from 'chai';
import hre from 'hardhat';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SNAPSHOT_FOLDER, snapshotFiles } from '../../scripts/snapshots/files';

describe('repository: snapshots', () => {
  ['size.json', 'bytecode.json', 'selectors.json', 'storage.json', 'abi/IYellowstone.json'].forEach((name) => {
    it(`${name} is what the sources give today (npm run snapshot)`, async function () {
      // Instrumented code has other sizes and hashes.
      if (process.argv.includes('coverage')) this.skip();
      const path = join(hre.config.paths.root, SNAPSHOT_FOLDER, name);
      const written = existsSync(path) ? readFileSync(path, 'utf8') : 'missing';
      // A plain comparison: the difference of two large files is better read with git.
      expect(written === (await snapshotFiles(hre)).get(name), 'fresh').to.equal(true);
    });
  });
});

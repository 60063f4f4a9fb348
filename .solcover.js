const { rm } = require('node:fs/promises');
const { collectNatively } = require('./scripts/measure/collect-natively');

collectNatively();

module.exports = {
  // Harnesses and pure declarations are not code of the product.
  skipFiles: ['test', 'interfaces', 'types', 'storage'],
  // OpenZeppelin's locks; test/behaviors holds them over every function.
  modifierWhitelist: ['nonReentrant', 'nonReentrantView'],
  // The marks in a contract depend on the files before it, which the compiler's cache does not know.
  onPreCompile: ({ paths }) => rm(paths.cache, { recursive: true, force: true }),
  istanbulReporter: ['json-summary', 'json', 'text'],
};

module.exports = {
  // Harnesses and pure declarations are not code of the product.
  skipFiles: ['test', 'interfaces', 'types', 'storage'],
  // OpenZeppelin's locks; test/behaviors holds them over every function.
  modifierWhitelist: ['nonReentrant', 'nonReentrantView'],
  istanbulReporter: ['json-summary', 'json', 'text'],
};

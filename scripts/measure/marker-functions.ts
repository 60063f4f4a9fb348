/**
 * Hardhat's chain takes a call to this address for a mark of coverage, whatever stands behind it: it collects the data
 * of the call and runs nothing.
 */
const MARKER_ADDRESS = '0xc0bEc0BEc0BeC0bEC0beC0bEC0bEC0beC0beC0BE';
const MARK_BYTES = 8;

/** The part of solidity-coverage's injector that names and declares the functions which take a mark. */
export interface Injector {
  _getDefaultMethodIdentifier(scope: string): string;
  _getTrueMethodIdentifier(scope: string): string;
  _getFalseMethodIdentifier(scope: string): string;
  _getDefaultMethodDefinition(scope: string): string;
  _getTrueMethodDefinition(scope: string): string;
  _getFalseMethodDefinition(scope: string): string;
}

/** The functions that solidity-coverage puts into contracts report their mark by a call. */
export function markByCalls(injector: Injector): void {
  injector._getDefaultMethodDefinition = function (scope) {
    return markFunction(this._getDefaultMethodIdentifier(scope));
  };
  injector._getTrueMethodDefinition = function (scope) {
    return markFunction(this._getTrueMethodIdentifier(scope), true);
  };
  injector._getFalseMethodDefinition = function (scope) {
    return markFunction(this._getFalseMethodIdentifier(scope), false);
  };
}

/**
 * A function that the compiler believes to be pure, so that pure code is measured too. It writes to Solidity's scratch
 * space only.
 */
function markFunction(name: string, result?: boolean): string {
  const send = `${name}_send`;
  const [returns, answer] = result === undefined ? ['', ''] : ['returns (bool)', `return ${result};`];
  return `
    function ${send}(bytes8 mark) private view {
      assembly ("memory-safe") { mstore(0, mark) pop(staticcall(gas(), ${MARKER_ADDRESS}, 0, ${MARK_BYTES}, 0, 0)) }
    }
    function ${name}(bytes8 mark) internal pure ${returns} {
      function(bytes8) internal view send = ${send};
      function(bytes8) internal pure sendPure;
      assembly ("memory-safe") { sendPure := send }
      sendPure(mark);
      ${answer}
    }
  `;
}

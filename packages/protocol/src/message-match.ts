import { ProtocolError, type ProtocolErrorCode } from './errors.js';

/** Values of the same names in two messages that belong together. */
type Facts = Readonly<Record<string, string | bigint>>;

/**
 * Refuses a message whose fields differ from those of the message it answers. Hex is compared without regard to case.
 * @throws the given code with the name of the first field that differs, both values beside it.
 */
export function requireSameFacts(code: ProtocolErrorCode, expected: Facts, actual: Facts): void {
  for (const [field, wanted] of Object.entries(expected)) {
    const given = actual[field] ?? '';
    if (textOf(given) !== textOf(wanted)) throw new ProtocolError(code, { field, expected: wanted, actual: given });
  }
}

function textOf(value: string | bigint): string {
  return value.toString().toLowerCase();
}

/** The one table of error codes of this package. The message is the first half, the details are the second. */
export const PROTOCOL_ERRORS = {
  DIVISION_BY_ZERO: 'A division by zero was asked for; the divisor must be positive',
  NEGATIVE_NUMBER: 'A number is negative where only 0 and above have a meaning',
  TIME_BACKWARDS: 'A time lies before the last one seen; feed times in rising order',
  MOR_TEXT_INVALID: 'The text is not a decimal MOR amount; write digits with an optional point, like 0.3',
  MOR_TOO_MANY_DECIMALS: 'A MOR amount has more than 18 decimals; the smallest unit is 1e-18 MOR',
  MOR_OUT_OF_RANGE: 'A MOR amount does not fit into 128 bits',
  HEX_INVALID: 'The text is not hex of the right length; write 0x and the digits',
  ADDRESS_CHECKSUM_INVALID: 'The mixed-case address has a wrong checksum; copy it again',
  BUDGET_IS_ZERO: 'The day has no budget, so no stake would cover the cost; wait for a day with one',
  STAKE_TOO_LOW: 'More stake was asked back than is active',
  ALLOWANCE_EXCEEDED: 'The cost is above what is left of the allowance of the day; stake more or wait for the next day',
  USE_TOO_LOW: 'More was given back than was used on that day',
  GUARD_POOL_TOO_LARGE: 'The pool balance does not fit into 96 bits',
  SESSION_DURATION_INVALID: 'A session lasts 5 minutes at least and 24 hours at most',
  SESSION_NOT_OPEN_YET: 'The session is closed before it was opened',
  SESSION_NOT_ENDED: 'Only user, delegate or provider may close a session before its end',
  MESSAGE_FIELD_INVALID: 'A field of a typed message does not fit its type',
  TICKET_NOT_FOR_REQUEST: 'The ticket does not answer the request for compute; refuse it and ask the router again',
  TICKET_DEADLINE_INVALID: 'The deadline of a ticket lies ahead, at most one hour',
  RECEIPT_NOT_FOR_TICKET: 'The receipt is for another request for compute than the ticket',
  REPORT_NOT_FOR_REQUEST: 'The usage report does not belong to the request for compute',
  BLOCK_NOT_NEXT: 'The block does not follow the one before it; the feed of the router is broken or forged',
  NUMBER_OUT_OF_RANGE: 'A number does not fit into the bits of its field',
  SUM_TREE_EMPTY: 'A sum tree needs a leaf; a day without credits has no day book',
  SUM_TREE_INDEX_INVALID: 'There is no leaf at this place of the tree',
  MOR_POSITION_OUTSIDE: 'No leaf holds this MOR position; positions lie below the sum of the tree',
  RECEIPT_WITHOUT_AMOUNT: 'A receipt leaf credits more than 0',
  PROOF_INVALID: 'The proof does not lead to the root of the book',
  POOL_TOO_SMALL: 'The pool holds too little to open the day',
  DAY_OPEN_ALREADY: 'The day is open; its snapshot never changes',
  DAY_NOT_OPEN: 'The day was not opened, so nothing can be credited on it',
  BOOK_CLOSED: 'The day book takes no more commits',
  BOOK_NOT_LARGER: 'A day book is only overwritten by a larger one',
  REQUEST_CAP_EXCEEDED: 'The day book is above what the router may credit on that day',
  BOOK_NOT_FOUND: 'Nothing was committed for this router and day',
  BOOK_STILL_OPEN: 'The day book still takes commits, so it cannot be sealed',
  BOOK_NOT_FINAL: 'The day book is not final; it is 36 h after it was sealed, unless it falls',
  BOOK_IS_FINAL: 'The day book is final and cannot fall',
  CLAIMED_ALREADY: 'The provider was credited from this day book before',
  KEY_VALIDITY_INVALID: 'A key is registered for a time that lies ahead, at most 90 days',
  SIGNATURE_LENGTH_INVALID: 'A signature is 65 bytes in hex: r, s, v; compact forms are refused',
  SIGNATURE_V_INVALID: 'The last byte of a signature is 27 or 28',
  SIGNATURE_S_TOO_HIGH: 'The s of a signature lies in the upper half; only the lower one is accepted',
  SIGNATURE_UNRECOVERABLE: 'No address can be recovered from the signature',
} as const;

export type ProtocolErrorCode = keyof typeof PROTOCOL_ERRORS;

/**
 * The only error this package throws. `details` holds the offending values; bigint is written as a decimal string,
 * so that details can go into JSON as they are.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  readonly details: Readonly<Record<string, string>>;

  constructor(code: ProtocolErrorCode, details: Readonly<Record<string, string | bigint>>, options?: ErrorOptions) {
    const texts = Object.entries(details).map(([key, value]) => [key, value.toString()] as const);
    super(`${PROTOCOL_ERRORS[code]} (${texts.map(([key, text]) => `${key}: ${text}`).join(', ')}).`, options);
    this.code = code;
    this.details = Object.fromEntries(texts);
  }
}

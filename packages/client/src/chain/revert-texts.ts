import type { ContractErrorName } from '../errors.js';

/** Why a contract refused and, where obvious, what to do; the values follow in brackets. Others get a general text. */
export const REVERT_TEXTS: Readonly<Partial<Record<ContractErrorName, readonly [why: string, advice?: string]>>> = {
  // --- Common
  ZeroValue: ['A value that must not be zero is zero'],
  ValueTooLarge: ['A number is larger than the contract can store'],
  ValueOutOfRange: ['A number lies outside its range'],
  TokenAmountMismatch: ['The MOR token moved another amount than asked for'],
  BucketTooLow: ['The diamond holds less in this bucket than asked for'],
  OperationPaused: ['This entry is paused by the guardian; exits never are', 'try again after the pause'],
  DeadlinePassed: ['The signed message is no longer valid', 'ask for a new one'],
  DeadlineTooFar: ['The signed deadline lies more than 24 hours ahead', 'sign an earlier one'],
  SignatureInvalid: ['The signature is not by the account or somebody it trusts', 'check signer, chain and diamond'],
  FunctionNotFound: ['The diamond does not have this function', 'check the address and the version of the client'],
  OwnableUnauthorizedAccount: ['Only the owner may do this'],
  NotGuardian: ['Only the guardian may do this'],
  InsufficientRightsForOperation: [
    'The sender is neither the account nor its delegate',
    'delegate the rights at delegate.xyz or send with the own key',
  ],
  // --- MOR
  ERC20InsufficientAllowance: ['The sender may not take that much MOR', 'call approveMor with enough first'],
  ERC20InsufficientBalance: ['The account has too little MOR', 'get more MOR or ask for less'],
  // --- Providers
  ProviderHasActiveBids: ['The provider has active bids', 'delete them first'],
  ProviderHasAlreadyDeregistered: ['The provider left and nothing more can be returned now'],
  ProviderNotFound: ['There is no such provider', 'register it first'],
  ProviderStakeTooLow: ['The stake would be below the minimum', 'add more'],
  EndpointLengthInvalid: ['The endpoint is empty or too long', 'give host:port or a https URL'],
  // --- Models
  ModelHasActiveBids: ['The model has active bids', 'retire the model first'],
  ModelHasAlreadyDeregistered: ['There is no such model, or it left already'],
  ModelStakeTooLow: ['The stake would be below the minimum', 'add more'],
  ModelNameLengthInvalid: ['The name is empty or too long'],
  ModelTagsInvalid: ['There are too many tags, or one is too long'],
  // --- Bids
  MarketplaceActiveBidNotFound: ['There is no such bid, or it is not active'],
  MarketplaceBidPricePerSecondInvalid: ['The price lies outside the range per second', 'see fees().pricePerSecond'],
  MarketplaceModelNotFound: ['There is no such active model', 'check the model id'],
  MarketplaceProviderNotFound: ['There is no such active provider', 'register it first'],
  TokenPriceOutOfRange: ['The price lies outside the range per token'],
  TooManyBids: ['The provider has as many bids as it can have', 'delete some first'],
  RepriceTooSoon: ['A bid can be repriced once an hour', 'wait, or post a new bid'],
  BidIsCurrent: ['The bid has the present version of its model already'],
  // --- Stakes and the pool
  StakeTooLow: ['Less stake is active than should be unstaked'],
  NothingToWithdraw: ['No unstaked MOR is due yet'],
  PoolTooSmall: ['The free pool is too small to open the day', 'wait for emission'],
  DayAlreadyOpen: ['The day was opened already'],
  // --- Sessions
  BidNotActive: ['The bid is not active, or is per token', 'choose another bid'],
  ApprovalMismatch: [
    "A field of the provider's approval differs from the request or the bid",
    'ask for a new approval',
  ],
  ApprovalUsed: ['The approval was used before', 'ask for a new one'],
  DurationOutOfRange: ['The duration is outside 5 minutes to 24 hours, or above what the provider approved'],
  AllowanceTooLow: [
    "The cost is above what is left of the day's allowance",
    'book less, stake more, or wait for the next UTC day',
  ],
  StakeMissing: ['More stake is missing than may be pulled', 'quote again and raise maxStakeMor'],
  PayTooHigh: ['The cost is above what may be pulled into escrow', 'quote again and raise maxPayMor'],
  OwnCallOnly: ['A delegate spends allowance of stake that is there, nothing else', 'send with the own key'],
  SessionNotFound: ['There is no such session'],
  SessionAlreadyClosed: ['The session was closed before'],
  SessionNotEnded: ['A stranger can close a session only after its end'],
  VerdictNotAllowed: ['Only the user or the delegate has a verdict', 'close with the verdict none'],
  ReceiptMismatch: ['The receipt is for another session'],
  // --- Claims
  NothingVested: ['Nothing is vested yet'],
  NothingInEscrow: ['Nothing waits in escrow'],
};

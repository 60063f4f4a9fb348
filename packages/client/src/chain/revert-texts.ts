import type { ContractErrorName } from '../errors.js';

type RevertText = readonly [why: string, advice: string];

/**
 * Why a contract refused and what to do about it; the values follow the first part in brackets. Complete for the
 * diamond; `docs/errors.md` is generated from it.
 */
export const REVERT_TEXTS: Readonly<Partial<Record<ContractErrorName, RevertText>>> = {
  // --- Common
  ZeroValue: ['A value that must not be zero is zero', 'give it a value'],
  ValueTooLarge: ['A number is larger than the contract can store', 'give a smaller one'],
  ValueOutOfRange: ['A number lies outside its range', 'choose one inside the range'],
  TokenAmountMismatch: ['The MOR token moved another amount than asked for', 'check which token the diamond was given'],
  BucketTooLow: ['The diamond holds less in this bucket than asked for', 'report it: this must never happen'],
  OperationPaused: ['This entry is paused by the guardian; exits never are', 'try again after the pause'],
  DeadlinePassed: ['The signed message is no longer valid', 'ask for a new one'],
  DeadlineTooFar: ['The signed deadline lies more than 24 hours ahead', 'sign an earlier one'],
  SignatureInvalid: ['The signature is not by the account or somebody it trusts', 'check signer, chain and diamond'],
  // --- Diamond
  FunctionNotFound: ['The diamond does not have this function', 'check the address and the version of the client'],
  SelectorExists: ['The cut adds a function that is there', 'replace it, or leave it out'],
  SelectorMissing: ['The cut replaces or removes a function that is not there', 'add it, or leave it out'],
  SelectorUnchanged: ['The cut replaces a function by the facet that serves it already', 'leave it out'],
  NoCode: ['The cut names a contract without code', 'deploy the facet first and check its address'],
  RemovalNamesFacet: ['A removal must name the zero address as facet', 'name the zero address'],
  CutWithoutSelectors: ['A cut entry has no functions', 'leave it out'],
  CutSelectorRemoved: ['Without diamondCut nothing could ever be repaired', 'keep diamondCut in the diamond'],
  // --- Owner, guardian, delegates
  OwnableUnauthorizedAccount: ['Only the owner may do this', 'propose it to the timelock that owns the diamond'],
  NotPendingOwner: ['Only the named new owner can accept', 'send from that account'],
  NotGuardian: ['Only the guardian may do this', 'send with the key of the guardian'],
  PauseTooSoon: ['The last pause is less than 72 hours over', 'wait, or cut through the timelock'],
  PauseMaskInvalid: ['The mask is empty or has bits that are no entry', 'add up OP_ bits of the entries to pause'],
  NotPaused: ['Nothing is paused', 'nothing is to be done'],
  InsufficientRightsForOperation: [
    'The sender is neither the account nor its delegate',
    'delegate the rights at delegate.xyz or send with the own key',
  ],
  // --- MOR
  ERC20InsufficientAllowance: ['The sender may not take that much MOR', 'call approveMor with enough first'],
  ERC20InsufficientBalance: ['The account has too little MOR', 'get more MOR or ask for less'],
  // --- Providers
  ProviderHasActiveBids: ['The provider has active bids', 'delete them first'],
  ProviderHasAlreadyDeregistered: [
    'The provider left and nothing more can be returned now',
    'call again when the exposed part has vested',
  ],
  ProviderNotFound: ['There is no such provider', 'register it first'],
  ProviderStakeTooLow: ['The stake would be below the minimum', 'add more'],
  EndpointLengthInvalid: ['The endpoint is empty or too long', 'give host:port or a https URL'],
  SlashTooHigh: ['More than the stake cannot be slashed', 'slash at most the stake'],
  // --- Models
  ModelHasActiveBids: ['The model has active bids', 'retire the model first'],
  ModelHasAlreadyDeregistered: ['There is no such model, or it left already', 'check the model id'],
  ModelStakeTooLow: ['The stake would be below the minimum', 'add more'],
  ModelNameLengthInvalid: ['The name is empty or too long', 'give a name within the length'],
  ModelTagsInvalid: ['There are too many tags, or one is too long', 'give fewer or shorter ones'],
  // --- Bids
  MarketplaceActiveBidNotFound: ['There is no such bid, or it is not active', 'choose another bid'],
  MarketplaceBidMinPricePerSecondIsInvalid: ['The lowest price is above the highest', 'swap them'],
  MarketplaceBidMinPricePerSecondIsZero: ['The lowest price is zero', 'set at least 1 MOR-wei'],
  MarketplaceBidPricePerSecondInvalid: ['The price lies outside the range per second', 'see fees().pricePerSecond'],
  MarketplaceFeeAmountIsZero: ['No fee was asked for, or none is there', 'ask for what getFeeBalance tells'],
  MarketplaceModelNotFound: ['There is no such active model', 'check the model id'],
  MarketplaceProviderNotFound: ['There is no such active provider', 'register it first'],
  TokenPriceOutOfRange: ['The price lies outside the range per token', 'see fees().pricePerToken'],
  TooManyBids: ['The provider has as many bids as it can have', 'delete some first'],
  RepriceTooSoon: ['A bid can be repriced once an hour', 'wait, or post a new bid'],
  BidIsCurrent: ['The bid has the present version of its model already', 'nothing is to be done'],
  // --- Stakes and the pool
  StakeTooLow: ['Less stake is active than should be unstaked', 'ask for at most the active stake'],
  NothingToWithdraw: ['No unstaked MOR is due yet', 'come back at the time named, or unstake first'],
  PoolTooSmall: ['The free pool is too small to open the day', 'wait for emission, or pay directly'],
  DayAlreadyOpen: ['The day was opened already', 'nothing is to be done'],
  // --- Sessions
  BidNotActive: ['The bid is not active, or is per token', 'choose another bid'],
  ApprovalMismatch: [
    "A field of the provider's approval differs from the request or the bid",
    'ask for a new approval',
  ],
  ApprovalUsed: ['The approval was used before', 'ask for a new one'],
  DurationOutOfRange: [
    'The duration is outside 5 minutes to 24 hours, or above what the provider approved',
    'choose one inside the range',
  ],
  AllowanceTooLow: [
    "The cost is above what is left of the day's allowance",
    'book less, stake more, or wait for the next UTC day',
  ],
  StakeMissing: ['More stake is missing than may be pulled', 'quote again and raise maxStakeMor'],
  PayTooHigh: ['The cost is above what may be pulled into escrow', 'quote again and raise maxPayMor'],
  OwnCallOnly: ['A delegate spends allowance of stake that is there, nothing else', 'send with the own key'],
  SessionNotFound: ['There is no such session', 'check the session id'],
  SessionAlreadyClosed: ['The session was closed before', 'nothing is to be done'],
  SessionNotEnded: ['A stranger can close a session only after its end', 'wait for the end'],
  VerdictNotAllowed: ['Only the user or the delegate has a verdict', 'close with the verdict none'],
  ReceiptMismatch: ['The receipt is for another session', 'ask the provider for the right one'],
  // --- Claims
  NothingVested: ['Nothing is vested yet', 'come back on the day named'],
  NothingInEscrow: ['Nothing waits in escrow', 'nothing is to be done'],
  // --- Keys
  KeyTaken: ['The key serves somebody else, for ever', 'make a new key'],
  KeyEnded: ['The key was revoked or ran out', 'make and register a new key'],
  KeyNotFound: ["The key is not the caller's", 'send from the account that registered it'],
  // --- Routers
  RouterNotAdmitted: ['The router may not do this in its state', 'see getRouter(router).state'],
  RouterNotAdmissible: [
    'The router is admitted already, or was suspended or cancelled',
    'admit another address; these never come back',
  ],
  TooManyRouters: ['There are as many routers as fit', 'an upgrade is needed for more'],
  SharesTooHigh: ['The shares of all routers would pass 100 %', 'lower another share first'],
  RouterHeldNow: ['The router is held', 'wait until the owner releases or cancels it'],
  RouterNotHeld: ['The router is not held', 'see getRouter(router).heldAt'],
  HoldTooSoon: ['The router was released less than 7 days ago', 'wait, demand, or challenge'],
  RouterLeavingAlready: ['The router said that it leaves', 'wait until the bond can leave; it opens no new book'],
  BondLocked: ['The bond cannot leave yet', 'call leaveRouter first, and withdraw 7 days later'],
  BondCoversBooks: ['Day books that are not final need the bond', 'seal them, and wait until they are final'],
  BondTooLow: ['The bond is too small for this', 'add to the bond, or settleRouter to count final books out of it'],
  LaunchStarted: ['The launch began already', 'nothing is to be done; it ends by itself'],
  // --- Day books
  DayNotReached: ['The day has not begun', 'commit to today or a day before'],
  DayNotOpened: ['The day was never opened, so it has no budget', 'call openDay while the day lasts'],
  DayBookClosed: ['The book takes no more commits', 'commit to the running day'],
  DayBookNotLarger: ['A commit must be larger than the one before', 'commit what was credited since'],
  RequestCapExceeded: ["More than the router's part of the day's budget", 'credit at most requestCap(router, day)'],
  DayBookNotFound: ['There is no such day book', 'check router and day'],
  DayBookOpen: ['The book can still be committed to', 'wait until it closes at the time named'],
  DayBookSealedAlready: ['The book is sealed already', 'nothing is to be done'],
  DayBookNotFinal: [
    'The book is not final',
    "come back at the time named of the router's clock; end demands that are due",
  ],
  DayBookIsFinal: ['The book is final and cannot change', 'nothing can be done about it any more'],
  DayBookIsFallen: ['The book fell: nothing of it is paid', 'get a deposit of a demand back with endDemand'],
  RouterNotCancelled: ['The router was not cancelled, so its book can still become final', 'challenge or demand'],
  ProofInvalid: ["The proof does not lead to the book's root", 'make the proof anew from the book that was sealed'],
  ProofLengthInvalid: ['The proof has another length than the tree is deep', 'give one neighbour for each level'],
  AlreadyClaimed: ["The provider's leaf of that day was paid", 'nothing is to be done'],
  NothingOwed: ['No request credits wait for the provider', 'claim a day book first'],
  // --- Challenges and demands
  NoFault: ['What was shown has no fault that the chain judges', 'ask findFault before challenging'],
  SamePlace: ['Two answers are needed, and they are one', 'show another answer'],
  LeavesNotOrdered: ['The left leaf must stand left of the right one', 'swap them'],
  DemandTooLate: ['Demands are possible in the first 12 hours after sealing', 'challenge with what was published'],
  PositionOutOfRange: ['The position lies behind the sum of the book', 'name one below totalMor'],
  DemandOpen: ['This position is demanded already', 'wait for the answer, or name another position'],
  DemandNotFound: ['There is no such demand', 'check router, day and position'],
  PositionNotInside: ['The answer does not contain the position', 'show the answer whose interval holds it'],
  AnswerTooLate: ['The answer came after its time', 'nothing can be done: the book falls when the demand is ended'],
  DemandNotDue: ['The router has time to answer', 'wait for the time named of its clock'],
  // --- Attestations
  AttestedModelNotFound: ['There is no such model', 'check the model id'],
};

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev Where the reference price of a token comes from.
enum ReferenceSource {
    Market,
    Quoted
}

/// @dev What the network can buy on a UTC day; once taken it never changes.
struct AccessDay {
    // slot 0
    /// @dev Reference price [MOR-wei per T].
    uint128 referencePriceMor;
    /// @dev MaxT: what the budget buys at that price [T].
    uint120 maxTokens;
    /// @dev True if shares of MaxT bind beside the caps in MOR: the price was quoted and fresh.
    bool isTokenCapBinding;
}

/// @dev A person's access on a UTC day.
struct AccessView {
    /// @dev MaxT [T].
    uint128 maxTokens;
    /// @dev Tokens per MOR and day [T].
    uint256 accessRate;
    /// @dev Access stake that counts [MOR-wei].
    uint128 countedMor;
    /// @dev The person's share of MaxT, rounded down [T].
    uint256 userMax;
    /// @dev True if `userMax` binds beside the cap in MOR; else it is shown only.
    bool isTokenCapBinding;
}

/// @dev How the reference price is found.
struct ReferenceParameters {
    // slot 0
    /// @dev Where it comes from.
    ReferenceSource source;
    /// @dev A quote older than this is not used [s].
    uint40 quoteMaxAgeSeconds;
    /// @dev When the quote was set [s]; 0 = never.
    uint40 quotedAt;
    /// @dev What a market without enough credits drifts to [MOR-wei per T].
    uint128 startPriceMor;
    // slot 1
    /// @dev Quoted: price of a MOR [1e-18 USD].
    uint128 morPriceWad;
    /// @dev Quoted: price of 1,000 T [1e-18 USD].
    uint128 pricePer1000Wad;
}

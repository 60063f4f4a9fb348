// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The two plain designs that day books are compared with: a transaction per answer, all providers per block.
contract NaiveSettlement {
    mapping(address provider => uint256 creditMor) private _credits;
    mapping(bytes32 rfcId => bool settled) private _settled;

    /// @notice An answer was credited [MOR-wei].
    event AnswerCredited(address indexed provider, bytes32 indexed rfcId, uint256 amountMor);

    /// @notice The request was settled.
    error AnswerTwice(bytes32 rfcId);

    /// @notice Credits one answer and remembers the request.
    function settleAnswer(address provider, bytes32 rfcId, uint256 amountMor) external {
        if (_settled[rfcId]) revert AnswerTwice(rfcId);
        _settled[rfcId] = true;
        _credits[provider] += amountMor;
        emit AnswerCredited(provider, rfcId, amountMor);
    }

    /// @notice Credits each provider of a block of answers.
    function creditBlock(address[] calldata providers, uint256[] calldata amountsMor) external {
        for (uint256 i = 0; i < providers.length; ++i) {
            _credits[providers[i]] += amountsMor[i];
        }
    }
}

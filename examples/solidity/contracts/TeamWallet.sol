// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IYellowstone} from "@yellowstone/contracts/interfaces/IYellowstone.sol";
import {BidView, Unit} from "@yellowstone/contracts/types/Bid.sol";
import {BidId, ModelId, SessionId} from "@yellowstone/contracts/types/Ids.sol";
import {SessionApproval, SessionReceipt, SessionRequest, Verdict} from "@yellowstone/contracts/types/Session.sol";

/// @title A contract that holds a team's MOR and uses the market in its own name. An example, not audited.
contract TeamWallet {
    /// @notice Only the owner of the wallet decides.
    error NotOwner(address caller);

    /// @dev How many bids `cheapestBid` looks at.
    uint256 private constant PAGE = 50;

    IYellowstone public immutable YELLOWSTONE;
    address public immutable OWNER;

    constructor(IYellowstone yellowstone) {
        YELLOWSTONE = yellowstone;
        OWNER = msg.sender;
    }

    modifier onlyOwner() {
        if (msg.sender != OWNER) revert NotOwner(msg.sender);
        _;
    }

    /// @notice Opens a session of the wallet; the stake that is missing is pulled from it, up to `maxStakeMor`.
    /// @dev The approval names this contract as the user. Nobody signs for it: its own call is proof enough.
    function openSession(
        SessionRequest calldata request,
        SessionApproval calldata approval,
        bytes calldata signature
    ) external onlyOwner returns (SessionId) {
        IERC20(YELLOWSTONE.getToken()).approve(address(YELLOWSTONE), request.maxStakeMor);
        return YELLOWSTONE.openSession(request, approval, signature);
    }

    /// @notice Closes a session of the wallet without a receipt.
    function closeSession(SessionId sessionId) external onlyOwner {
        SessionReceipt memory none;
        YELLOWSTONE.closeSession(sessionId, Verdict.None, none, "");
    }

    /// @notice The cheapest of the first bids per second of a model, and its price [MOR-wei per second].
    function cheapestBid(ModelId modelId) external view returns (BidId bidId, uint128 priceMor) {
        (BidView[] memory bids, ) = YELLOWSTONE.getModelBidViews(modelId, Unit.Second, 0, PAGE);
        for (uint256 i = 0; i < bids.length; ++i) {
            if (i == 0 || bids[i].priceMor < priceMor) (bidId, priceMor) = (bids[i].bidId, bids[i].priceMor);
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {IYellowstone} from "@yellowstone/contracts/interfaces/IYellowstone.sol";
import {BidView} from "@yellowstone/contracts/types/Bid.sol";
import {BidId} from "@yellowstone/contracts/types/Ids.sol";

/// @title A contract of somebody else, compiled against the packed interfaces by `npm run test:consumers`.
contract Reader {
    function priceOf(IYellowstone yellowstone, BidId bidId) external view returns (uint128) {
        BidView memory bid = yellowstone.getBidView(bidId);
        return bid.priceMor;
    }
}

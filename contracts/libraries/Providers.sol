// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {ProviderStorage} from "../storage/ProviderStorage.sol";
import {Provider, ProviderRecord, ProviderView} from "../types/Provider.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {DayMath} from "./math/DayMath.sol";
import {Credits} from "./Credits.sol";
import {PackedLists} from "./PackedLists.sol";
import {Pool} from "./Pool.sol";
import {Treasury} from "./Treasury.sol";

/// @title Providers: registration, stake, payout.
library Providers {
    using SafeCast for uint256;

    /// @dev The longest endpoint [bytes].
    uint256 internal constant MAX_ENDPOINT_BYTES = 256;

    // --- Writes

    /// @dev Registers, tops up, changes the endpoint, or comes back.
    function register(address account, uint128 addedMor, string calldata endpoint) internal {
        ProviderStorage.Layout storage $ = ProviderStorage.load();
        Provider storage provider = $.providers[account];
        uint256 length = bytes(endpoint).length;
        if (length == 0 || length > MAX_ENDPOINT_BYTES) {
            revert IProviderRegistry.EndpointLengthInvalid(length, MAX_ENDPOINT_BYTES);
        }
        uint128 stakeMor = provider.stakeMor + addedMor;
        if (stakeMor < $.minimumMor) revert IProviderRegistry.ProviderStakeTooLow(stakeMor, $.minimumMor);

        provider.stakeMor = stakeMor;
        if (provider.createdAt == 0) provider.createdAt = uint40(block.timestamp);
        if (provider.activePosition == 0) {
            $.active.push(account);
            provider.activePosition = $.active.length.toUint32();
        }
        if (keccak256(bytes(provider.endpoint)) != keccak256(bytes(endpoint))) provider.endpoint = endpoint;
        emit IProviderRegistry.ProviderRegistered(account);
        emit IProviderRegistry.ProviderUpdated(account, addedMor, stakeMor, endpoint);
        Treasury.pull(TreasuryBucket.ProviderStakes, account, addedMor);
    }

    /// @dev Leaves with the stake that is not exposed; later calls fetch the rest. Active bids were ruled out before.
    function leave(address account) internal {
        ProviderStorage.Layout storage $ = ProviderStorage.load();
        Provider storage provider = $.providers[account];
        if (provider.createdAt == 0) revert IProviderRegistry.ProviderNotFound();
        uint128 keptMor = exposedStake(account);
        uint128 returnedMor = provider.stakeMor - keptMor;
        bool isLeaving = provider.activePosition != 0;
        if (!isLeaving && returnedMor == 0) revert IProviderRegistry.ProviderHasAlreadyDeregistered();

        provider.stakeMor = keptMor;
        if (isLeaving) {
            _unlist($, provider);
            emit IProviderRegistry.ProviderDeregistered(account);
        }
        emit IProviderRegistry.ProviderStakeReturned(account, returnedMor, keptMor);
        Treasury.push(TreasuryBucket.ProviderStakes, account, returnedMor);
    }

    /// @dev Takes stake into the pool; below the minimum the provider stops being active until it tops up.
    /// @return isBelowMinimum True if the provider's bids must go.
    function slash(address account, uint128 amountMor, bytes32 reasonHash) internal returns (bool isBelowMinimum) {
        ProviderStorage.Layout storage $ = ProviderStorage.load();
        Provider storage provider = $.providers[account];
        if (provider.createdAt == 0) revert IProviderRegistry.ProviderNotFound();
        uint128 stakeMor = provider.stakeMor;
        if (amountMor > stakeMor) revert IProviderRegistry.SlashTooHigh(amountMor, stakeMor);

        stakeMor -= amountMor;
        provider.stakeMor = stakeMor;
        emit IProviderRegistry.ProviderSlashed(account, amountMor, stakeMor, reasonHash);
        isBelowMinimum = stakeMor < $.minimumMor;
        if (isBelowMinimum && provider.activePosition != 0) {
            _unlist($, provider);
            emit IProviderRegistry.ProviderDeregistered(account);
        }
        Pool.credit(TreasuryBucket.ProviderStakes, amountMor);
    }

    function setPayout(address account, address newPayout) internal {
        Provider storage provider = ProviderStorage.load().providers[account];
        if (provider.createdAt == 0) revert IProviderRegistry.ProviderNotFound();
        emit IProviderRegistry.ProviderPayoutUpdated(account, provider.payout, newPayout);
        provider.payout = newPayout;
    }

    function setMinimums(uint128 newMinimumMor, uint128 newSubnetMor) internal {
        ProviderStorage.Layout storage $ = ProviderStorage.load();
        emit IProviderRegistry.ProviderMinimumsChanged($.minimumMor, newMinimumMor, $.subnetMor, newSubnetMor);
        ($.minimumMor, $.subnetMor) = (newMinimumMor, newSubnetMor);
        emit IProviderRegistry.ProviderMinimumStakeUpdated(newMinimumMor);
    }

    // --- Reads

    function isActive(address account) internal view returns (bool) {
        return ProviderStorage.load().providers[account].activePosition != 0;
    }

    function stakeOf(address account) internal view returns (uint128) {
        return ProviderStorage.load().providers[account].stakeMor;
    }

    function endpointOf(address account) internal view returns (string memory) {
        return ProviderStorage.load().providers[account].endpoint;
    }

    /// @dev Where earnings go.
    function payoutOf(address account) internal view returns (address) {
        address payout = ProviderStorage.load().providers[account].payout;
        return payout == address(0) ? account : payout;
    }

    /// @dev Credited from day books and not paid yet [MOR-wei], and where it goes.
    function requestOwedTo(address account) internal view returns (uint96 owedMor, address payout) {
        Provider storage provider = ProviderStorage.load().providers[account];
        (owedMor, payout) = (provider.requestOwedMor, provider.payout);
        if (payout == address(0)) payout = account;
    }

    function setRequestOwed(address account, uint96 newOwedMor) internal {
        ProviderStorage.load().providers[account].requestOwedMor = newOwedMor;
    }

    /// @dev First UTC day on which credits of this provider can vest; nobody has credits before registering.
    function firstVestDay(address account) internal view returns (uint24) {
        uint40 createdAt = ProviderStorage.load().providers[account].createdAt;
        return DayMath.vestDay(createdAt == 0 ? block.timestamp : createdAt);
    }

    /// @dev Stake that stays while sessions are open or credits unvested [MOR-wei].
    function exposedStake(address account) internal view returns (uint128) {
        uint128 stakeMor = stakeOf(account);
        uint128 unvestedMor = Credits.unvestedOf(account);
        return stakeMor < unvestedMor ? stakeMor : unvestedMor;
    }

    function minimums() internal view returns (uint128 minimumMor, uint128 subnetMor) {
        ProviderStorage.Layout storage $ = ProviderStorage.load();
        return ($.minimumMor, $.subnetMor);
    }

    function recordOf(address account) internal view returns (ProviderRecord memory) {
        Provider storage provider = ProviderStorage.load().providers[account];
        return
            ProviderRecord({
                endpoint: provider.endpoint,
                stake: provider.stakeMor,
                createdAt: provider.createdAt,
                limitPeriodEnd: 0,
                limitPeriodEarned: 0,
                isDeleted: provider.createdAt != 0 && provider.activePosition == 0
            });
    }

    function viewOf(address account) internal view returns (ProviderView memory) {
        ProviderStorage.Layout storage $ = ProviderStorage.load();
        Provider storage provider = $.providers[account];
        bool active = provider.activePosition != 0;
        return
            ProviderView({
                provider: account,
                endpoint: provider.endpoint,
                stakeMor: provider.stakeMor,
                createdAt: provider.createdAt,
                payout: payoutOf(account),
                isActive: active,
                isSubnet: active && provider.stakeMor >= $.subnetMor
            });
    }

    function pageOfActive(uint256 offset, uint256 limit) internal view returns (address[] memory page, uint256 total) {
        address[] storage active = ProviderStorage.load().active;
        total = active.length;
        page = new address[](PackedLists.pageSize(total, offset, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = active[offset + i];
        }
    }

    function _unlist(ProviderStorage.Layout storage $, Provider storage provider) private {
        uint256 position = provider.activePosition;
        address last = $.active[$.active.length - 1];
        $.active[position - 1] = last;
        $.providers[last].activePosition = uint32(position);
        $.active.pop();
        provider.activePosition = 0;
    }
}

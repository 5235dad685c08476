// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;

/// Keeps one number, and who wrote it last.
contract ValueStore {
    uint256 public value;
    address public writer;

    event Stored(address indexed writer, uint256 value);

    function store(uint256 newValue) external {
        value = newValue;
        writer = msg.sender;
        emit Stored(msg.sender, newValue);
    }
}

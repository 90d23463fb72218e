"""One digest for any number of files."""

from __future__ import annotations

import hashlib


class Merkle:
    """The Merkle tree hash of a growing list of leaves, in memory for the logarithm of their number.

    Source: RFC 9162, section 2.1.1 (SHA-256; 0x00 before leaves, 0x01 before inner nodes).
    """

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        height, digest = 0, hashlib.sha256(b"\0" + leaf).digest()
        while self._peaks and self._peaks[-1][0] == height:
            _, left = self._peaks.pop()
            height, digest = height + 1, _node(left, digest)
        self._peaks.append((height, digest))

    def root(self) -> str:
        """The root, in hex; that of no leaves is the hash of nothing."""
        if not self._peaks:
            return hashlib.sha256(b"").hexdigest()
        digest = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            digest = _node(left, digest)
        return digest.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()

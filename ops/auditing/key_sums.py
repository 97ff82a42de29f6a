"""Compare many keys of records in little memory: by how many they are, by a sum, and by a filter."""

from dataclasses import dataclass, field

from ops.auditing.table_keys import RecordKey

FILTER_BITS = 1 << 27
"""Of so many bits each record sets one: of ten million records, one in fourteen shares its bit with another."""


@dataclass(slots=True)
class KeySum:
    """How many keys there are, and the sum of their hashes: equal sums are of equal keys, whatever their order."""

    count: int = 0
    total: int = 0

    def add(self, key: RecordKey) -> None:
        """Add a key."""
        self.count += 1
        self.total = (self.total + hash(key)) & 0xFFFF_FFFF_FFFF_FFFF


@dataclass(slots=True)
class BloomFilter:
    """A Bloom filter of keys in 16 MiB, however many they are; it may take a key for one of its own that is none."""

    _bits: bytearray = field(default_factory=lambda: bytearray(FILTER_BITS // 8))

    def add(self, key: RecordKey) -> None:
        """Add a key."""
        bit = hash(key) % FILTER_BITS
        self._bits[bit >> 3] |= 1 << (bit & 7)

    def may_have(self, key: RecordKey) -> bool:
        """Tell whether a key may have been added; False is certain."""
        bit = hash(key) % FILTER_BITS
        return bool(self._bits[bit >> 3] & 1 << (bit & 7))

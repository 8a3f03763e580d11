"""Thrift's compact protocol, as far as the footer and the page headers of Parquet need it. Pure.

A struct is a mapping from the numbers of its fields to values; whatever is not written out whole is refused.
"""

from __future__ import annotations

from typing import Any

Struct = dict[int, Any]
TRUE = 1
DEEPEST = 16
LONGEST_NUMBER = 10


class Reader:
    """Reads values from bytes, so many at most; each raises ValueError on what is none."""

    def __init__(self, content: bytes, most: int) -> None:
        self._content = content
        self._left = most
        self.position = 0

    def struct(self, depth: int = 0) -> Struct:
        """The struct that begins here."""
        if depth > DEEPEST:
            raise ValueError("nested too deep")
        found: Struct = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._integer()
            if number in found:
                raise ValueError("a field stands twice")
            found[number] = self._value(head & 15, depth)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        """A value: true, false, byte, whole numbers, double, bytes, list or set, struct; Parquet has no maps."""
        self._left -= 1
        if self._left < 0:
            raise ValueError("too many values")
        match kind:
            case 1 | 2:
                found: Any = kind == TRUE
            case 3:
                found = self._byte()
            case 4 | 5 | 6:
                found = self._integer()
            case 7:
                found = self._take(8)
            case 8:
                found = self._take(self._number())
            case 9 | 10:
                found = self._list(depth + 1)
            case 12:
                found = self.struct(depth + 1)
            case _:
                raise ValueError("a kind that Parquet has not")
        return found

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size = self._number() if head >> 4 == 15 else head >> 4
        if depth > DEEPEST or size > len(self._content) - self.position:
            raise ValueError("a list longer than what follows")
        kind = head & 15
        if kind in (1, 2):
            return [self._byte() == TRUE for _ in range(size)]
        return [self._value(kind, depth) for _ in range(size)]

    def _byte(self) -> int:
        return self._take(1)[0]

    def _number(self) -> int:
        """An unsigned number, seven bits in each byte."""
        found = 0
        for place in range(LONGEST_NUMBER):
            byte = self._byte()
            found |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                return found
        raise ValueError("a number without end")

    def _integer(self) -> int:
        """A signed number, whose sign is its last bit."""
        found = self._number()
        return (found >> 1) ^ -(found & 1)

    def _take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self._content):
            raise ValueError("it ends too early")
        found = self._content[self.position : end]
        self.position = end
        return found

"""How much a Hub or a server may answer, and how long it may take: every limit stands here.

A misbehaving server can send forever, or almost never. The reader of a response reports every piece
to a Meter, and the Meter ends it. This works for both kinds of HTTP libraries in use, in threads
and in an event loop.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

_KIB, _MIB = 1 << 10, 1 << 20

CONCURRENT = 8
"""Requests to a Hub at a time, as huggingface_hub has it: more gain little, and meet its limits."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The limits of one response.

    size: bytes, unpacked. seconds: from the request to the end of the response, None for as long as
    the rate is kept. window: seconds over which `rate` bytes per second must come on average, None
    if silence is normal. cure: what follows the message of a response that is too large.
    """

    size: int
    seconds: float | None
    window: float | None
    rate: float = 1 * _KIB
    cure: str = field(default="", repr=False)


METADATA = Budget(size=16 * _MIB, seconds=60, window=30)
"""A listing, a description, an error: a repository of 10,000 files takes 3 MiB."""

VECTORS = Budget(
    size=256 * _MIB,
    seconds=None,
    window=30,
    cure="; a smaller batch_size (--batch-tokens of `registry embed`) makes it smaller",
)
"""Vectors, which arrive all at once: a thousand of 4,096 numbers take 50 MiB as JSON."""

CONVERSATION = Budget(size=64 * _MIB, seconds=None, window=600, rate=4)
"""What a language model writes, word by word: no model writes this much, or this slowly."""

PROGRESS = Budget(size=64 * _MIB, seconds=None, window=None)
"""A server's messages while it fetches or converts a model; comparing 40 GB is silent."""


def of_file(size: int, patience: float) -> Budget:
    """The budget of a file of `size` bytes, if silence of `patience` seconds is too long.

    >>> of_file(178, patience=10)
    Budget(size=178, seconds=60, window=30, rate=1024)
    """
    longest = None if size > _MIB else 6 * patience  # for larger ones the rate decides
    return Budget(size=size, seconds=longest, window=3 * patience)


class OverBudgetError(Exception):
    """A response is too large or too slow; the message follows "the response from X"."""


class TooLargeError(OverBudgetError):
    """The response is too large."""


class TooSlowError(OverBudgetError):
    """The response takes too long."""


class DecodingError(ValueError):
    """A response is not encoded as its header Content-Encoding says."""


class Meter:
    """Measures one response from now on; raises OverBudgetError once it exceeds its budget.

    >>> Meter(Budget(size=2, seconds=None, window=None)).take(3)
    Traceback (most recent call last):
    ...
    registry.budgets.TooLargeError: is larger than 2 bytes
    """

    def __init__(self, budget: Budget, clock: Callable[[], float] = time.monotonic) -> None:
        self.taken = 0
        self._budget = budget
        self._clock = clock
        self._began = self._marked = clock()
        self._at_mark = 0

    @property
    def left(self) -> int:
        """Bytes that may still come."""
        return self._budget.size - self.taken

    def take(self, count: int) -> None:
        """`count` more bytes have come."""
        self.taken += count
        if self.left < 0:
            raise TooLargeError(f"is larger than {_amount(self._budget.size)}{self._budget.cure}")
        now, seconds, window = self._clock(), self._budget.seconds, self._budget.window
        rate = self._budget.rate
        if seconds is not None and now - self._began > seconds:
            raise TooSlowError(f"did not end within {seconds:g} seconds")
        if window is not None and now - self._marked > window:
            if self.taken - self._at_mark < rate * window:
                raise TooSlowError(f"brings less than {_amount(int(rate))} per second")
            self._marked, self._at_mark = now, self.taken


def within(pieces: Iterable[bytes], budget: Budget, encoding: str = "") -> Iterator[bytes]:
    """The pieces of a response as they arrive, decompressed if they are compressed.

    encoding: the header Content-Encoding. Only gzip is supported: others are not requested, and
    libraries that unpack them do not stop at a limit. Raises OverBudgetError, and DecodingError for
    another encoding, or data that does not match.

    >>> b"".join(within([b"some", b"thing"], METADATA))
    b'something'
    """
    meter = Meter(budget)
    packed = encoding.strip().lower()
    if packed in ("", "identity"):
        for piece in pieces:
            meter.take(len(piece))
            yield piece
        return
    if packed not in ("gzip", "x-gzip"):
        raise DecodingError("an encoding that was not asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for piece in pieces:
        try:
            unpacked = unpacker.decompress(piece, meter.left + 1)
        except zlib.error:
            raise DecodingError("not valid gzip") from None
        meter.take(len(unpacked))
        yield unpacked


def _amount(size: int) -> str:
    for unit, name in ((_MIB, "MiB"), (_KIB, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"

"""Shared by all encoders: texts in, their roles, batches, progress, async twins."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Generic, Literal, TypeVar

from registry.encoders.closing import Closable
from registry.encoders.serving import Serving
from registry.errors import InputError
from registry.models.kinds import EncoderLike
from registry.models.made_with import MadeWith

Role = Literal["query", "document"]
Model = TypeVar("Model", bound=EncoderLike)
Encoded = TypeVar("Encoded")

DEFAULT_BATCH_SIZE = 32
# Below this many texts a progress bar only flickers.
LONG_WORK = 256


class TextEncoder(Closable, ABC, Generic[Model, Encoded]):
    """Encodes texts; queries and documents get their prompts. Subclasses define the result.

    `dim` is the width of the result, `batch_size` how many texts are encoded at once unless a call
    says otherwise; `made_with` is what `fingerprint` needs to know; `serving` is what runs the
    model, None for its weights in this process. A backend implements `_encode`, and sets
    `precision` if it knows what the network computes in.
    """

    made_with: MadeWith = MadeWith()
    precision: str | None = None

    def __init__(self, model: Model, *, dim: int, batch_size: int) -> None:
        self.model = model
        self.dim = dim
        self.batch_size = batch_size
        self.serving: Serving | None = None

    def tokens_read(self, text: str, role: Role) -> int | None:
        """How many tokens of a text are read, including prompt and cut; None if unknown."""
        return None

    @abstractmethod
    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> Encoded:
        """Encode checked texts, at least one; the backend adds prompts."""

    @abstractmethod
    def _nothing(self) -> Encoded:
        """The result for no texts."""

    def encode_queries(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> Encoded:
        """Encode queries. Raises InputError."""
        return self._run(texts, "query", batch_size, progress)

    def encode_documents(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> Encoded:
        """Encode documents. Raises InputError."""
        return self._run(texts, "document", batch_size, progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int] | None:
        """How many tokens each document has, uncut, with its prompt and special tokens.

        None if the backend has no tokenizer. Raises InputError.
        """
        return self._count(checked_texts(texts))

    def _count(self, texts: list[str]) -> list[int] | None:
        """The same for checked texts; a backend with a tokenizer overrides it."""
        return None

    async def aencode_queries(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> Encoded:
        """`encode_queries` in a thread, for programs with an event loop."""
        import asyncio  # 20 ms, of every first vector

        return await asyncio.to_thread(self._run, texts, "query", batch_size, progress)

    async def aencode_documents(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> Encoded:
        """`encode_documents` in a thread, for programs with an event loop."""
        import asyncio  # 20 ms, of every first vector

        return await asyncio.to_thread(self._run, texts, "document", batch_size, progress)

    def _run(
        self, texts: Sequence[str], role: Role, batch_size: int | None, progress: bool | None
    ) -> Encoded:
        size = chosen_batch_size(batch_size, self.batch_size)
        checked = checked_texts(texts)
        if not checked:
            return self._nothing()
        return self._encode(checked, role, size, shows_progress(progress, len(checked)))


def checked_texts(texts: Sequence[str]) -> list[str]:
    """The texts as a list, if a tokenizer can read every one of them.

    Raises InputError naming the first that is not text, or contains half a surrogate pair, and for
    anything but a list of texts.

    >>> checked_texts(["one", "two"])
    ['one', 'two']
    """
    if isinstance(texts, (str, bytes)):
        raise InputError(
            "give a list of texts, not one text: its characters would be encoded one by one"
        )
    # A mapping and a table of pandas iterate over the names of their columns.
    given: object = texts
    listed = hasattr(given, "__iter__") or hasattr(given, "__getitem__")
    if not listed or isinstance(given, Mapping) or getattr(given, "ndim", 1) != 1:
        raise InputError(f"give a list of texts, not {type(given).__name__}")
    return [checked_text(text, f"text {index}") for index, text in enumerate(texts)]


def checked_text(text: object, name: str) -> str:
    """A text that a tokenizer can read. Raises InputError, which uses that name for it."""
    if not isinstance(text, str):  # a caller without a type checker may pass anything
        raise InputError(f"{name} is {type(text).__name__}, not text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} contains half a surrogate pair at position {error.start}; "
            'it cannot be UTF-8: clean it with text.encode("utf-8", "replace").decode()'
        ) from None
    return text


def chosen_batch_size(wanted: int | None, usual: int) -> int:
    """How many texts to encode at once. Raises InputError for less than one.

    >>> chosen_batch_size(None, 32)
    32
    """
    return usual if wanted is None else checked_number(wanted, "batch_size", least=1)


def checked_number(number: int, name: str, *, least: int) -> int:
    """A whole number of at least that. Raises InputError, which uses that name for it."""
    given: object = number  # a caller without a type checker may pass anything
    if type(given) is bool or not isinstance(given, Integral) or number < least:
        raise InputError(f"{name} should be a whole number from {least}, not {number!r}")
    return int(number)


def shows_progress(wanted: bool | None, count: int) -> bool:
    """Whether to show a bar: as given, else for long work on a terminal."""
    if wanted is not None:
        return wanted
    return count >= LONG_WORK and sys.stderr.isatty()

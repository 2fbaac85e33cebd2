"""Fingerprints of vectors: a short text to store beside an index, and to hold against a model.

    fingerprint(JINA_COLBERT_V2, dim=64, quantization="int8")
    # tr1:jina-colbert-v2@4cf816e5e2b0:64:-.-:int8

Five parts after the version of the format, because vectors that differ in any of them do not
belong into one index:

    model@revision   id and the first 12 digits of the commit. A branch or tag stands as it is;
                     `?` where no revision is known: weaker, for then a repository that has
                     changed under the same id is not noticed
    dim              width of a vector
    query.document   8 digits of each prompt's SHA-256; `-` where the checkpoint's own applies
    quantization     as given, `-` for none

The text holds no time and no hash of Python's own: it is the same in every process and release.
Whatever is in an id, it is printable ASCII without blanks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, unquote

from registry.errors import FingerprintMismatchError, InputError, RegistryError

_VERSION = 1
_COMMIT = re.compile(r"[0-9a-f]{40}")
_QUANTIZATION = re.compile(r"[a-z0-9][a-z0-9._-]*(\+[a-z0-9][a-z0-9._-]*)*")
_FORMAT = re.compile(
    rf"""
    (?P<model>[A-Za-z0-9_.~/%-]+) @ (?P<revision>\?|[A-Za-z0-9_.~/%-]+)
    : (?P<dim>[1-9][0-9]{{0,8}})
    : (?P<query>-|[0-9a-f]{{8}}) \. (?P<document>-|[0-9a-f]{{8}})
    : (?P<quantization>-|{_QUANTIZATION.pattern})
    """,
    re.VERBOSE,
)


class InvalidFingerprintError(RegistryError, ValueError):
    """A text is no fingerprint, or one of a newer release."""


class VectorModel(Protocol):
    """Any model that gives vectors: dense, late interaction, sparse, vision-language."""

    @property
    def id(self) -> str:
        """Id in its registry."""
        ...

    @property
    def revision(self) -> str | None:
        """Commit it is pinned to."""
        ...

    @property
    def embedding_dim(self) -> int:
        """Width of one vector."""
        ...

    @property
    def query_prompt(self) -> str | None:
        """Text before a query."""
        ...

    @property
    def document_prompt(self) -> str | None:
        """Text before a document."""
        ...


@dataclass(frozen=True)
class Fingerprint:
    """What a fingerprint says; `str` gives the text and `parse` takes it back.

    Prompts are 8 hexadecimal digits of their hash, or None.

    >>> text = "tr1:colbert-v2@c1e84128e85e:128:-.-:int8"
    >>> Fingerprint.parse(text).dim
    128
    >>> str(Fingerprint.parse(text)) == text
    True
    """

    model_id: str
    revision: str | None
    dim: int
    query_prompt: str | None
    document_prompt: str | None
    quantization: str | None

    @classmethod
    def parse(cls, text: str) -> Fingerprint:
        """Read a text; blanks around it do not count. Raises InvalidFingerprintError."""
        version, _, rest = text.strip().partition(":")
        number = re.fullmatch(r"tr([1-9][0-9]{0,8})", version)
        if number is None:
            raise InvalidFingerprintError(f"{_short(text)} is no fingerprint; they start with tr1:")
        if int(number[1]) > _VERSION:
            raise InvalidFingerprintError(
                f"{_short(text)} was written by a newer tessera-registry (format {version}, this "
                f"one knows tr{_VERSION}); upgrade to read it"
            )
        try:
            return cls._read(rest)
        except ValueError:
            raise InvalidFingerprintError(
                f"{_short(text)} is a damaged fingerprint; expected "
                "tr1:model@revision:dim:query.document:quantization"
            ) from None

    @classmethod
    def _read(cls, text: str) -> Fingerprint:
        parts = _FORMAT.fullmatch(text)
        if parts is None:
            raise ValueError(text)
        return cls(
            model_id=_unescaped(parts["model"]),
            revision=None if parts["revision"] == "?" else _unescaped(parts["revision"]),
            dim=int(parts["dim"]),
            query_prompt=_unless_dash(parts["query"]),
            document_prompt=_unless_dash(parts["document"]),
            quantization=_canonical(_unless_dash(parts["quantization"])),
        )

    def __str__(self) -> str:
        revision = "?" if self.revision is None else _escaped(self.revision)
        prompts = f"{self.query_prompt or '-'}.{self.document_prompt or '-'}"
        end = f"{self.dim}:{prompts}:{self.quantization or '-'}"
        return f"tr{_VERSION}:{_escaped(self.model_id)}@{revision}:{end}"


def fingerprint(
    model: VectorModel,
    *,
    dim: int | None = None,
    quantization: str | None = None,
    revision: str | None = None,
) -> str:
    """The text to store beside vectors of a model, made with these arguments.

    `dim` and `revision` as given to `load`; `quantization` as given to `load` ("4bit", "8bit")
    or to the encoder ("int8", "binary"), or a name of your own in lower case; join several with
    "+", in any order. Raises InputError for a width that is not registered and for such a name
    in another form.

    >>> from registry import E5_BASE_V2
    >>> fingerprint(E5_BASE_V2, quantization="int8")
    'tr1:e5-base-v2@1c644c92ad3b:768:08a8bf6b.707ad539:int8'
    """
    return str(_fingerprint(model, dim, quantization, revision))


def check_fingerprint(
    stored: str,
    model: VectorModel,
    *,
    dim: int | None = None,
    quantization: str | None = None,
    revision: str | None = None,
) -> None:
    """Make sure that stored vectors and those of a model belong together.

    Raises FingerprintMismatchError, whose `differences` name what differs of model, revision,
    dim, prompts and quantization and what it is on both sides; InvalidFingerprintError if the
    text is no fingerprint. A revision that only one side knows counts as a difference.
    """
    there = Fingerprint.parse(stored)
    here = _fingerprint(model, dim, quantization, revision)
    if differences := tuple(_differences(there, here, model)):
        raise FingerprintMismatchError(differences)


def _fingerprint(
    model: VectorModel, dim: int | None, quantization: str | None, revision: str | None
) -> Fingerprint:
    commit = revision or model.revision or None
    if not model.id:
        raise InputError("a model without an id has no fingerprint")
    return Fingerprint(
        model_id=model.id,
        revision=commit[:12] if commit and _COMMIT.fullmatch(commit) else commit,
        dim=_checked_dim(model, dim),
        query_prompt=_digest(model.query_prompt),
        document_prompt=_digest(model.document_prompt),
        quantization=_canonical(quantization),
    )


def _checked_dim(model: VectorModel, wanted: int | None) -> int:
    # Checkers know that it is there; who runs none may ask for an LLM.
    full: int | None = getattr(model, "embedding_dim", None)
    if full is None:
        raise InputError(f"{model.id} gives no vectors, or of an unknown width")
    # Sparse models have no widths to choose from.
    registered: tuple[int, ...] = getattr(model, "matryoshka_dims", ())
    if wanted is None or wanted == full:
        return full
    if wanted not in registered:
        widths = ", ".join(map(str, registered or (full,)))
        raise InputError(f"{model.id}: {wanted} is no registered width; there are {widths}")
    return wanted


def _canonical(quantization: str | None) -> str | None:
    if quantization is None:
        return None
    if not _QUANTIZATION.fullmatch(quantization):
        raise InputError(
            f"quantization {quantization!r} should be lower-case letters and digits, such as int8"
        )
    return "+".join(sorted(quantization.split("+")))


def _digest(prompt: str | None) -> str | None:
    # An empty prompt is not the same as none: it keeps the checkpoint's own from applying.
    if prompt is None:
        return None
    return hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _differences(there: Fingerprint, here: Fingerprint, model: VectorModel) -> Iterator[str]:
    if there.model_id != here.model_id:
        # Revisions of different repositories say nothing about each other.
        yield f"model: stored {_at(there)}, now {_at(here)}"
    elif there.revision != here.revision:
        yield f"revision of {here.model_id}: stored {_known(there)}, now {_known(here)}"
    if there.dim != here.dim:
        yield f"dim: stored {there.dim}, now {here.dim}"
    for role, old, new, prompt in (
        ("query", there.query_prompt, here.query_prompt, model.query_prompt),
        ("document", there.document_prompt, here.document_prompt, model.document_prompt),
    ):
        if old != new:
            before = "none" if old is None else f"one with hash {old}"
            after = "none" if new is None else f"{_short(prompt or '')} with hash {new}"
            yield f"{role} prompt: stored {before}, now {after}"
    old, new = there.quantization, here.quantization
    if old != new:
        yield f"quantization: stored {old or 'none'}, now {new or 'none'}"


def _at(side: Fingerprint) -> str:
    return f"{side.model_id} (revision {_known(side)})"


def _known(side: Fingerprint) -> str:
    return "unknown" if side.revision is None else side.revision


def _short(text: str) -> str:
    """A text for messages: quoted, and no longer than a line."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _escaped(text: str) -> str:
    return quote(text, safe="/", errors="surrogatepass")


def _unescaped(text: str) -> str:
    return unquote(text, errors="surrogatepass")


def _unless_dash(text: str) -> str | None:
    return None if text == "-" else text

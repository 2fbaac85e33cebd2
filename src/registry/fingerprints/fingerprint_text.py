"""The text of a fingerprint: written from what made some vectors, and read back without loss.

    tr1:jina-colbert-v2@4cf816e5e2b0:64:-.-:int8

Four parts after the version of the format, and a fifth for any precision but float32:

    model@revision   id and the first 12 digits of the commit. A branch or tag is kept as it is;
                     `?` if no revision is known
    dim              width of a vector
    query.document   8 digits of each prompt's SHA-256; `-` if the checkpoint's own applies
    quantization     its names, sorted and joined by "+"; `-` for none
    precision        of the numbers that the network computes with, such as `bf16`; always the
                     last part, left out for float32

Two more parts, before the precision, if something other than the published pipeline made the
vectors, because that runs other files:

    runtime          such as fastembed or ollama; `-` for the model's own weights. The revision is
                     then that of what the runtime runs
    pooling          how token vectors became one; `-` if that is not known

    tr1:all-minilm-l6-v2@5f1b8cd78bc4:384:-.-:-:fastembed:mean

Whatever the id contains, the text is printable ASCII without blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote, unquote

from registry.errors import InputError, InvalidFingerprintError

STORED_AS = "tessera-registry.fingerprint"
"""The name under which stores of vectors keep a fingerprint."""

_VERSION = 1
_RUNTIME = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*")
_QUANTIZATION = re.compile(r"[a-z0-9][a-z0-9._-]*(\+[a-z0-9][a-z0-9._-]*)*")
_FORMAT = re.compile(
    rf"""
    (?P<model>[A-Za-z0-9_.~/%-]+) @ (?P<revision>\?|[A-Za-z0-9_.~/%-]+)
    : (?P<dim>[1-9][0-9]{{0,8}})
    : (?P<query>-|[0-9a-f]{{8}}) \. (?P<document>-|[0-9a-f]{{8}})
    : (?P<quantization>-|{_QUANTIZATION.pattern})
    (: (?P<runtime>-|{_RUNTIME.pattern}) : (?P<pooling>-|{_RUNTIME.pattern}) )?
    (: (?P<precision>bf16|f16|int8|auto))?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Fingerprint:
    """The content of a fingerprint; `str` gives the text and `parse` reads it back.

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
    runtime: str | None = None
    pooling: str | None = None
    precision: str | None = None

    @classmethod
    def parse(cls, text: str) -> Fingerprint:
        """Read a text; blanks around it do not count. Raises InvalidFingerprintError."""
        given = cast("object", text)  # a column of a store may be empty
        if not isinstance(given, str):
            raise InvalidFingerprintError(f"{given!r} is not a fingerprint; they start with tr1:")
        version, _, rest = text.strip().partition(":")
        number = re.fullmatch(r"tr([1-9][0-9]{0,8})", version)
        if number is None:
            raise InvalidFingerprintError(
                f"{shortened(text)} is not a fingerprint; they start with tr1:"
            )
        if int(number[1]) > _VERSION:
            raise InvalidFingerprintError(
                f"{shortened(text)} was written by a newer tessera-registry (format {version}, "
                f"this one knows tr{_VERSION}); upgrade to read it"
            )
        try:
            return cls._read(rest)
        except ValueError:
            raise InvalidFingerprintError(
                f"{shortened(text)} is a damaged fingerprint; expected "
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
            quantization=canonical_quantization(_unless_dash(parts["quantization"])),
            runtime=_unless_dash(parts["runtime"] or "-"),
            pooling=_unless_dash(parts["pooling"] or "-"),
            precision=parts["precision"],
        )

    def __str__(self) -> str:
        revision = "?" if self.revision is None else _escaped(self.revision)
        prompts = f"{self.query_prompt or '-'}.{self.document_prompt or '-'}"
        end = f"{self.dim}:{prompts}:{self.quantization or '-'}"
        if self.runtime is not None or self.pooling is not None:
            end += f":{self.runtime or '-'}:{self.pooling or '-'}"
        if self.precision is not None:
            end += f":{self.precision}"
        return f"tr{_VERSION}:{_escaped(self.model_id)}@{revision}:{end}"


def canonical_quantization(quantization: str | None) -> str | None:
    """The names in a canonical order. Raises InputError.

    >>> canonical_quantization("int8+8bit")
    '8bit+int8'
    """
    if quantization is None:
        return None
    if not _QUANTIZATION.fullmatch(quantization):
        raise InputError(
            f"quantization {quantization!r} should be lower-case letters and digits, such as int8"
        )
    return "+".join(sorted(quantization.split("+")))


def checked_word(what: str, text: str | None) -> str | None:
    """The name of a runtime or of a pooling. Raises InputError for one in another form."""
    if text is not None and not _RUNTIME.fullmatch(text):
        raise InputError(
            f"{what} {text!r} should be lower-case letters and digits, such as fastembed"
        )
    return text


_PRECISIONS = {
    "float32": None, "f32": None,
    "bfloat16": "bf16", "bf16": "bf16",
    "float16": "f16", "int8": "int8", "auto": "auto",
}  # fmt: skip


def canonical_precision(name: str | None) -> str | None:
    """A `dtype` or `precision` of `load` as a fingerprint has it. Raises InputError.

    >>> canonical_precision("bfloat16"), canonical_precision("f32")
    ('bf16', None)
    """
    if name is not None and name not in _PRECISIONS:
        raise InputError(f"precision {name!r} is not one of {', '.join(_PRECISIONS)}")
    return None if name is None else _PRECISIONS[name]


def shortened(text: str) -> str:
    """A text for messages: quoted, and no longer than a line."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def _escaped(text: str) -> str:
    return quote(text, safe="/", errors="surrogatepass")


def _unescaped(text: str) -> str:
    return unquote(text, errors="surrogatepass")


def _unless_dash(text: str) -> str | None:
    return None if text == "-" else text

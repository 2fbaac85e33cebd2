"""Fingerprints of vectors: a short text to store with an index, and to compare with a model.

    fingerprint(JINA_COLBERT_V2, dim=64, quantization="int8")
    # tr1:jina-colbert-v2@4cf816e5e2b0:64:-.-:int8

It names the model and its revision, the width, the prompts, the quantization and a precision other
than float32, because vectors that differ in any of them must not be mixed in one index;
`fingerprint_text` has the format. The revision is the one that `load` takes: a models.lock.json in
use decides it, as there. If none is known, a fingerprint is weaker: a repository that changes under
the same id is not noticed.

The text has no time and no hash of Python's own: it is the same in every process and release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import cast

from registry.errors import FingerprintMismatchError, InputError, InvalidFingerprintError
from registry.fingerprints.fingerprint_text import (
    Fingerprint,
    canonical_precision,
    canonical_quantization,
    checked_word,
    shortened,
)
from registry.models.given import check_model
from registry.models.kinds import VectorLike
from registry.models.made_with import LoadedModel, MadeWith, is_loaded
from registry.models.revisions import locked_revision
from registry_base.repository_names import is_commit

__all__ = [
    "Fingerprint",
    "InvalidFingerprintError",
    "check_fingerprint",
    "fingerprint",
    "fingerprint_differences",
]

_UNKNOWN = "?"
# These run the model's own weights at the commit that `load` takes.
_OWN = frozenset({"sentence-transformers", "transformers"})


def fingerprint(
    model: VectorLike | LoadedModel,
    *,
    dim: int | None = None,
    quantization: str | None = None,
    revision: str | None = None,
    runtime: str | None = None,
    pooling: str | None = None,
    precision: str | None = None,
) -> str:
    """The text to store with vectors of a model, made with these arguments.

    For what `load` returned, width, precision and the rest are known: then only the quantization
    that is given to the encoder must be passed. The commit of files in local_path= is unknown.

    `dim` and `revision` as given to `load`; `quantization` as given to `load` ("4bit", "8bit")
    or to the encoder ("int8", "binary"), or a name of your own in lower case; join several with
    "+", in any order.

    `runtime` says what else made the vectors: "fastembed", "ollama", "onnx", a server's name. It
    runs other files than the entry pins, so the revision is then the one given, else that of the
    entry's export for it, else unknown; `revision="?"` says so in any case. `pooling` is for a
    runtime that pools differently from what the entry says.

    `precision` is as given to `load`, as precision= or dtype=; by default float32, unless the
    loaded model says otherwise.

    Raises InputError for a width that is not registered and for malformed names, CatalogueFileError
    for a lock that cannot be read.

    >>> from registry import E5_BASE_V2
    >>> fingerprint(E5_BASE_V2, quantization="int8")
    'tr1:e5-base-v2@1c644c92ad3b:768:08a8bf6b.707ad539:int8'
    >>> fingerprint(E5_BASE_V2, runtime="ollama")
    'tr1:e5-base-v2@?:768:08a8bf6b.707ad539:-:ollama:mean'
    """
    given = MadeWith(
        dim=dim, quantization=quantization, revision=revision,
        runtime=runtime, pooling=pooling, precision=precision,
    )  # fmt: skip
    return str(_fingerprint(model, given)[0])


def check_fingerprint(
    stored: str,
    model: VectorLike | LoadedModel,
    *,
    dim: int | None = None,
    quantization: str | None = None,
    revision: str | None = None,
    runtime: str | None = None,
    pooling: str | None = None,
    precision: str | None = None,
) -> None:
    """Make sure that stored vectors and those of a model, or of what was loaded, belong together.

    Raises FingerprintMismatchError, whose `differences` name what differs of model, revision,
    dim, prompts, quantization, runtime, pooling and precision and what it is on both sides;
    InvalidFingerprintError if the text is not a fingerprint. A revision that only one side knows
    counts as a difference.
    """
    there = Fingerprint.parse(stored)
    given = MadeWith(
        dim=dim, quantization=quantization, revision=revision,
        runtime=runtime, pooling=pooling, precision=precision,
    )  # fmt: skip
    here, entry = _fingerprint(model, given)
    if differences := tuple(_differences(there, here, entry)):
        raise FingerprintMismatchError(differences)


def fingerprint_differences(stored: str, now: str) -> tuple[str, ...]:
    """What differs between two fingerprints, in words. Raises InvalidFingerprintError.

    >>> fingerprint_differences("tr1:a@?:8:-.-:-", "tr1:a@?:4:-.-:-")
    ('dim: stored 8, now 4',)
    """
    return tuple(_differences(Fingerprint.parse(stored), Fingerprint.parse(now)))


def _fingerprint(
    model: VectorLike | LoadedModel, given: MadeWith
) -> tuple[Fingerprint, VectorLike]:
    """The fingerprint, and its entry."""
    if is_loaded(model):
        return _fingerprint(model.model, model.made_with.but(given))
    check_model(model, "fingerprint")
    entry = cast(VectorLike, model)  # a guard says nothing of what it is not
    if not entry.id:
        raise InputError("a model without an id has no fingerprint")
    runtime = None if given.runtime in _OWN else checked_word("runtime", given.runtime)
    published: str | None = getattr(entry, "pooling", None)
    pooling = checked_word("pooling", given.pooling) or published
    if runtime is None and pooling == published:
        pooling = None  # what the revision says anyway
    commit = given.revision or (
        locked_revision(entry) if runtime is None else _exported(entry, runtime)
    )
    commit = None if commit == _UNKNOWN else commit or None
    found = Fingerprint(
        model_id=entry.id,
        revision=commit[:12] if commit and is_commit(commit) else commit,
        dim=_checked_dim(entry, given.dim),
        query_prompt=_digest(entry.query_prompt),
        document_prompt=_digest(entry.document_prompt),
        quantization=canonical_quantization(given.quantization),
        runtime=runtime,
        pooling=pooling,
        precision=canonical_precision(given.precision),
    )
    return found, entry


def _exported(model: VectorLike, runtime: str) -> str | None:
    """The commit of what a runtime runs for a model, if its entry states one."""
    exports = getattr(model, "exports", ())
    commits = {each.revision for each in exports if each.runtime == runtime}
    return commits.pop() if len(commits) == 1 else None


def _checked_dim(model: VectorLike, wanted: int | None) -> int:
    # Type checkers know that it is there; without one, this may be an LLM.
    full: int | None = getattr(model, "embedding_dim", None)
    if full is None:
        raise InputError(f"{model.id} gives no vectors, or vectors of unknown width")
    # Sparse models have no widths to choose from.
    registered: tuple[int, ...] = getattr(model, "matryoshka_dims", ())
    if wanted is None or wanted == full:
        return full
    if wanted not in registered:
        widths = ", ".join(map(str, registered or (full,)))
        raise InputError(f"{model.id}: {wanted} is not a registered width; there are {widths}")
    return wanted


def _digest(prompt: str | None) -> str | None:
    # An empty prompt is not None: it overrides the checkpoint's own.
    if prompt is None:
        return None
    return hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _differences(
    there: Fingerprint, here: Fingerprint, model: VectorLike | None = None
) -> Iterator[str]:
    if there.model_id != here.model_id:
        # Revisions of different repositories cannot be compared.
        yield f"model: stored {_at(there)}, now {_at(here)}"
    elif there.revision != here.revision:
        yield f"revision of {here.model_id}: stored {_known(there)}, now {_known(here)}"
    if there.dim != here.dim:
        yield f"dim: stored {there.dim}, now {here.dim}"
    query, document = (None, None) if model is None else (model.query_prompt, model.document_prompt)
    for role, old, new, prompt in (
        ("query", there.query_prompt, here.query_prompt, query),
        ("document", there.document_prompt, here.document_prompt, document),
    ):
        if old != new:
            known = "one" if model is None else shortened(prompt or "")
            before = "none" if old is None else f"one with hash {old}"
            after = "none" if new is None else f"{known} with hash {new}"
            yield f"{role} prompt: stored {before}, now {after}"
    old, new = there.quantization, here.quantization
    if old != new:
        yield f"quantization: stored {old or 'none'}, now {new or 'none'}"
    own = "the model's own weights"
    if there.runtime != here.runtime:
        yield f"runtime: stored {there.runtime or own}, now {here.runtime or own}"
    elif there.pooling != here.pooling:
        usual = "the published one" if here.runtime is None else "unknown"
        yield f"pooling: stored {there.pooling or usual}, now {here.pooling or usual}"
    if there.precision != here.precision:
        yield f"precision: stored {there.precision or 'f32'}, now {here.precision or 'f32'}"


def _at(side: Fingerprint) -> str:
    return f"{side.model_id} (revision {_known(side)})"


def _known(side: Fingerprint) -> str:
    return "unknown" if side.revision is None else side.revision

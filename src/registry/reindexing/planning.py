"""From the fingerprint of stored vectors to what must be done to turn them into a model's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from registry.encoders.quantization import Precision
from registry.errors import FingerprintMismatchError, InputError
from registry.fingerprints.fingerprint_text import Fingerprint, canonical_quantization
from registry.fingerprints.index_fingerprint import check_fingerprint, fingerprint
from registry.models.kinds import VectorLike
from registry.models.made_with import MadeWith

Step = Literal["nothing", "stamp", "cut", "quantize", "embed"]


@dataclass(frozen=True)
class Plan:
    """What to do with each stored vector, and why.

    step: "nothing"; "stamp", if the vectors stay and their fingerprint changes; "cut" to fewer
    dimensions; "quantize", after a cut where that is needed too; "embed" the texts again. Only
    "embed" needs a model. differences: what differs between the two fingerprints. stored: None for
    a store that was never stamped. quantize_to: what new vectors are quantized to, if at all.
    """

    step: Step
    differences: tuple[str, ...]
    stored: str | None
    wanted: str
    quantize_to: Precision | None = None

    @property
    def dim(self) -> int:
        """The width of the wanted vectors."""
        return Fingerprint.parse(self.wanted).dim

    @property
    def stored_dim(self) -> int | None:
        """Their width, as the fingerprint in the store has it."""
        return None if self.stored is None else Fingerprint.parse(self.stored).dim


def plan(
    stored: str | None, model: VectorLike, made: MadeWith, quantize_to: Precision | None = None
) -> Plan:
    """What turns stored vectors into those that `load` makes in this way, then quantized.

    Raises InputError for a width or a quantization that does not exist, InvalidFingerprintError.

    >>> from registry import EMBEDDINGGEMMA_300M, fingerprint
    >>> stored = fingerprint(EMBEDDINGGEMMA_300M)
    >>> plan(stored, EMBEDDINGGEMMA_300M, MadeWith(dim=256)).step
    'cut'
    >>> plan(stored, EMBEDDINGGEMMA_300M, MadeWith(), "int8").step
    'quantize'
    >>> plan(None, EMBEDDINGGEMMA_300M, MadeWith()).step
    'embed'
    """
    if quantize_to not in (None, *get_args(Precision)):
        raise InputError(f"vectors are quantized to int8 or binary, not {quantize_to!r}")
    sparse = getattr(model, "kind", None) == "sparse"
    if sparse and quantize_to is not None:
        raise InputError(f"{model.id} gives sparse vectors, which are not quantized")
    whole = made.but(MadeWith(quantization=quantize_to))
    wanted = fingerprint(model, **vars(whole))
    if stored is None:
        return Plan("embed", (), None, wanted, quantize_to)
    there, here = Fingerprint.parse(stored), Fingerprint.parse(wanted)
    step = _step(there, here, canonical_quantization(made.quantization))
    if sparse and step == "cut":
        step = "embed"  # of another vocabulary
    differences = _differences(stored, model, whole)
    to = quantize_to if step in ("quantize", "embed") else None
    return Plan(step, differences, stored, wanted, to)


def _step(there: Fingerprint, here: Fingerprint, before: str | None) -> Step:
    """before: the quantization of the weights, which unquantized vectors have too."""
    if there.revision is None or here.revision is None:
        return "embed"  # it is unknown whether these are the same weights
    if there == here:
        return "nothing"
    if there == replace(here, query_prompt=there.query_prompt):
        return "stamp"  # queries are not stored
    floats = replace(here, query_prompt=there.query_prompt, dim=there.dim, quantization=before)
    if there != floats or here.dim > there.dim:
        return "embed"
    return "cut" if here.quantization == before else "quantize"


def _differences(stored: str, model: VectorLike, made: MadeWith) -> tuple[str, ...]:
    try:
        check_fingerprint(stored, model, **vars(made))
    except FingerprintMismatchError as error:
        return error.differences
    return ()

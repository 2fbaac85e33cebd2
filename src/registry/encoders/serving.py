"""What runs a model that was not loaded from its pinned weights in this process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What runs a model: a server, or an engine on an export.

    by: its name for people, with the address of a server. digest: of what it serves, if it reports
    one. precision: of the weights, in its own terms, such as "F16" or "Q4_K_M". cuts: whether it
    decides itself how far it reads. model: what a server calls the model.
    """

    by: str
    digest: str | None = None
    precision: str | None = None
    cuts: bool = True
    model: str | None = None

    @property
    def served(self) -> str | None:
        """What a server runs, by its own words, wherever it is; None for an engine.

        >>> Serving(by="all-minilm at localhost", model="all-minilm", precision="F16").served
        'all-minilm F16'
        """
        if self.model is None:
            return None
        return " ".join(each for each in (self.model, self.digest, self.precision) if each)

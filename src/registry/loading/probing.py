"""Making the probe of a model for the lock, and sending it to a server for `registry check`."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

from registry.backends import default_backend
from registry.backends.interface import LoadOptions
from registry.backends.transformers import conversation_tokens
from registry.encoders.generator import TextGenerator
from registry.errors import LoadError, UnsupportedError
from registry.loading.load import LoadArguments, load
from registry.probes.answering import ask
from registry.probes.comparing import compare
from registry.probes.conversing import (
    CONVERSATION,
    compare_conversation,
    conversation_probe,
)
from registry.probes.diagnosing import excused, meaning
from registry.probes.in_lock import locked_probe
from registry.probes.limits import limits_found
from registry.probes.making import make_probe

if TYPE_CHECKING:
    from registry.encoders.serving import Serving
    from registry.files.locked_probe import LockedProbe
    from registry.models.kinds import Loadable
    from registry.probes.rows import Comparison


def probe_model(
    model: Loadable, revision: str | None = None, before: LockedProbe | None = None
) -> LockedProbe:
    """Run the pinned weights over the texts, with the installed engine, on the CPU in float32.

    Downloads weights that are not in the cache. before: the probe in the lock, which stays if the
    weights agree with it. Raises what `load` raises.
    """
    if model.kind == "llm":
        tokens = conversation_tokens(model, LoadOptions(revision=revision), CONVERSATION)
        if tokens is None:
            raise UnsupportedError(f"{model.id}: its checkpoint has no chat template to probe")
        return conversation_probe(tokens)
    arguments = LoadArguments(device="cpu", revision=revision, probe=False)
    if default_backend(model.kind) == "sentence-transformers":
        arguments["dtype"] = "float32"
    untyped: Any = load  # its overloads are by kind
    with closing(untyped(model, **arguments)) as encoder:
        return make_probe(encoder, before)


@dataclass(frozen=True)
class ServedModel:
    """The answers of a server or an engine.

    by, precision: what runs it. limits: what is wrong with the length that it reads; None if
    nothing is, or it could not be seen. comparison: with the probe in the lock, if there is one.
    excused: only languages that the entry does not promise differ. failure: why there is no
    comparison, with the cure.
    """

    id: str
    by: str
    precision: str | None
    limits: str | None
    comparison: Comparison | None
    excused: bool = False
    failure: str | None = None

    @property
    def wrong(self) -> str | None:
        """Why it is not the model, in words; None if it is, as far as can be seen."""
        cause = None if self.comparison is None else self.comparison.cause
        return self.limits if cause is None or self.excused else meaning(cause)


def check_served(model: Loadable, **arguments: Unpack[LoadArguments]) -> ServedModel:
    """Send all the texts to the server of a model. Arguments are those of `load`.

    Raises what `load` raises; LoadError if the weights run in this process.
    """
    arguments["probe"] = False
    untyped: Any = load  # its overloads are by kind
    with closing(untyped(model, **arguments)) as encoder:
        serving: Serving | None = encoder.serving
        if serving is None:
            raise LoadError(
                f"{model.id}: no server or engine runs it: its weights run in this process; choose "
                "a backend such as ollama, openai or onnx"
            )
        probe = locked_probe(model, arguments.get("revision"), unlocked=True)
        failure = None
        if probe is None:
            failure = f"it has no probe in the lock; `registry lock --probe {model.id}` makes it"
        if isinstance(encoder, TextGenerator):
            tokens = encoder.conversation_tokens(CONVERSATION)
            found = None if probe is None else compare_conversation(tokens, probe)
            if found is None and failure is None:
                failure = f"{serving.by} does not count the tokens of a conversation"
            return ServedModel(
                model.id, serving.by, serving.precision, None, found, failure=failure
            )
        answers = ask(encoder, twins=serving.cuts, counting=probe is not None)
        compared = None if probe is None else compare(answers, probe, serving.precision)
        languages: tuple[str, ...] = getattr(model, "languages", None) or ()
        return ServedModel(
            model.id,
            serving.by,
            serving.precision,
            limits_found(answers) if serving.cuts else None,
            compared,
            excused=compared is not None and excused(compared.cause, languages),
            failure=failure,
        )

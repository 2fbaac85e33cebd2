"""Is it the right model? What `load` checks once a server or an engine has it."""

from __future__ import annotations

from registry.errors import CheckpointError
from registry.probes.answering import Encoder, ask
from registry.probes.comparing import compare
from registry.probes.diagnosing import excused, meaning
from registry.probes.in_lock import locked_probe
from registry.probes.limits import limits_found

_proved: set[tuple[str, ...]] = set()


def prove(encoder: Encoder, revision: str | None = None) -> None:
    """Compare what runs a model with the entry's length and the probe in the lock.

    Does nothing if the weights run in this process. A server is asked only once per digest and
    entry. Raises CheckpointError with a diagnosis.
    """
    serving = encoder.serving
    if serving is None:
        return
    probe = locked_probe(encoder.model, revision)
    if probe is None and not serving.cuts:
        return
    # All of the entry: its length and its prompts change what is asked, its languages what passes.
    key = (serving.by, serving.digest or "", repr(encoder.model), repr(probe))
    if serving.digest is not None and key in _proved:
        return
    answers = ask(encoder, short=probe is not None, twins=serving.cuts, counting=probe is not None)
    where = f"{encoder.model.id}: {serving.by}"
    if serving.cuts and (wrong := limits_found(answers)):
        raise CheckpointError(f"{where} {wrong}; pass probe=False to load it all the same")
    if probe is not None:
        found = compare(answers, probe, serving.precision)
        languages: tuple[str, ...] = getattr(encoder.model, "languages", None) or ()
        if found.cause is not None and not excused(found.cause, languages):
            changed = [row for row in found.rows if row.changed]
            worst = max(changed or found.rows, key=lambda row: row.difference)
            raise CheckpointError(
                f"{where} is not the model in the lock: {meaning(found.cause)} "
                f"({len(changed)} of {len(found.rows)} texts, most {worst.name!r}: "
                f"{worst.difference:.2g}, {found.allowed:.2g} allowed); "
                f"`registry check {encoder.model.id} --served` shows all of them"
            )
    if not answers.refused:
        _proved.add(key)

"""Which models and libraries a run used, kept with its results: outputs/model_version_log.json.

    {
      "version": 1,
      "runs": [
        {
          "time": "2026-11-21T05:53:04Z",
          "libraries": {"python": "3.11.7", "tessera-registry": "0.1.0", "torch": "2.13.0"},
          "models": [
            {
              "id": "all-minilm-l6-v2",
              "name": "all-MiniLM-L6-v2",
              "description": "...",
              "huggingface_id": "sentence-transformers/all-MiniLM-L6-v2",
              "revision": "8b3219a92973c328a8e22fadcfa821b5dc75636a",
              "roles": ["embedding"],
              "card_sha256": null
            }
          ],
          "notes": []
        }
      ]
    }

A run is added to those already there, even while other processes add theirs. As a command:
`python -m registry.provenance.version_log`, or `registry log`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import HubError, RegistryError, SelectionError
from registry.libraries.versions import library_versions
from registry.models.kinds import Registered
from registry.provenance._model_cards import cached_card_sha256, card_sha256
from registry.provenance._run_log import append_run
from registry.selection.roles import ROLES, is_selected, no_selection, selection
from registry.threads import in_order

DEFAULT_PATH = Path("outputs", "model_version_log.json")

_REQUESTS = 8  # at a time


@dataclass(frozen=True, kw_only=True)
class LoggedModel:
    """A model as it was at the time of a run.

    `roles` are those it was selected for. `card_sha256` is the SHA-256, in hexadecimal, of the
    README.md of the pinned revision; None if there is no pin or the card was not at hand.
    """

    id: str
    name: str
    description: str
    huggingface_id: str | None
    revision: str | None
    roles: tuple[str, ...]
    card_sha256: str | None


@dataclass(frozen=True, kw_only=True)
class VersionLogRun:
    """One run: when it was (UTC), what was installed, which models, and why a card is missing."""

    time: str
    libraries: Mapping[str, str]
    models: tuple[LoggedModel, ...]
    notes: tuple[str, ...] = ()


def write_version_log(
    path: str | Path = DEFAULT_PATH,
    models: Iterable[Registered] | None = None,
    *,
    catalogue: CatalogueLike | None = None,
    online: bool = False,
) -> VersionLogRun:
    """Add a run to a log, and return it. The folder of the log is created if missing.

    Args:
        path: The log.
        models: What to log; by default the models of all roles that are filled.
        catalogue: The one whose selection counts; by default the one used here.
        online: Ask the Hub for cards that are not in the Hugging Face cache. A card that cannot
            be fetched becomes a note of the run, not an error.

    Raises VersionLogError for a log that is damaged (it stays as it is) or cannot be written,
    SelectionError, and MissingExtraError without filelock.

    >>> import tempfile
    >>> from registry import COLBERT_V2
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run = write_version_log(Path(folder, "log.json"), [COLBERT_V2])
    >>> run.models[0].revision
    'c1e84128e85ef755c096a95bdb06b47793b13acf'
    """
    run = _observed(models, catalogue, online=online)
    append_run(Path(path), asdict(run))
    return run


def _observed(
    models: Iterable[Registered] | None, catalogue: CatalogueLike | None, *, online: bool
) -> VersionLogRun:
    roles: dict[str, list[str]] = {}
    serving: dict[str, Registered] = {}
    for role in ROLES:
        try:
            if not is_selected(role, catalogue):
                continue  # a catalogue of your own need not fill all roles
            model = selection(role, catalogue).model
        except SelectionError:
            if models is None:
                raise
            continue  # models were given, so their roles are not what is asked for
        serving[model.id] = model
        roles.setdefault(model.id, []).append(role)
    if models is None and not serving:
        raise no_selection(catalogue)
    logged = tuple(serving.values() if models is None else models)
    now = datetime.now(UTC)
    cards = in_order(partial(_card, online=online), logged, _REQUESTS)
    return VersionLogRun(
        time=now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        libraries=library_versions(),
        models=tuple(
            LoggedModel(
                id=model.id,
                name=model.name,
                description=model.description,
                huggingface_id=model.huggingface_id,
                revision=model.revision,
                roles=tuple(roles.get(model.id, ())),
                card_sha256=sha256,
            )
            for model, (sha256, _) in zip(logged, cards, strict=True)
        ),
        notes=(*(note for _, note in cards if note is not None), *_without(logged, cards, online)),
    )


def _without(
    models: tuple[Registered, ...], cards: list[tuple[str | None, str | None]], online: bool
) -> Iterator[str]:
    """Why hashes are missing, if that has not been explained yet."""
    silent = [
        model
        for model, (sha256, note) in zip(models, cards, strict=True)
        if sha256 is None and note is None and model.huggingface_id is not None
    ]
    unpinned = [model.id for model in silent if model.revision is None]
    uncached = [model.id for model in silent if model.revision is not None]
    if unpinned:
        yield f"no hash of the model card of {_some(unpinned)}: no commit is pinned"
    if uncached and not online:
        yield (
            f"no hash of the model card of {_some(uncached)}: not in the Hugging Face cache; "
            "--online (online=True in Python) asks the Hub"
        )


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")


def _card(model: Registered, *, online: bool) -> tuple[str | None, str | None]:
    """The hash of the card, and why there is none although it was requested."""
    if model.huggingface_id is None or model.revision is None:
        return None, None
    if not online:
        return cached_card_sha256(model.huggingface_id, model.revision), None
    try:
        return card_sha256(model.huggingface_id, model.revision), None
    except HubError as error:
        return None, f"{model.id}: {error}"


def main() -> None:
    """The command `python -m registry.provenance.version_log`."""
    parser = argparse.ArgumentParser(
        prog="python -m registry.provenance.version_log",
        description="Add a run to the log of versions.",
    )
    parser.add_argument("--all", action="store_true", help="every registered model")
    parser.add_argument("--output", type=Path, default=DEFAULT_PATH, help="the log")
    parser.add_argument("--online", action="store_true", help="ask the Hub for model cards")
    given = parser.parse_args()
    models = catalogue_here().models if given.all else None
    try:
        run = write_version_log(given.output, models, online=given.online)
    except RegistryError as error:
        sys.exit("\n".join(f"Error: {line}" for line in str(error).splitlines()))
    for note in run.notes:
        print(f"registry: {note}", file=sys.stderr)  # noqa: T201 - a command
    count = len(run.models)
    print(f"{given.output}: {count} model{'' if count == 1 else 's'} logged")  # noqa: T201


if __name__ == "__main__":
    main()

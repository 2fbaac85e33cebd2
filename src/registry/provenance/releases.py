"""models.versions.json: which models served in each release, with their digests.

{
  "version": 1,
  "releases": [
    {
      "release": "v1.2.0",
      "date": "2026-11-21",
      "roles": {
        "embedding": {
          "id": "all-minilm-l6-v2",
          "huggingface_id": "sentence-transformers/all-MiniLM-L6-v2",
          "revision": "8b3219a92973c328a8e22fadcfa821b5dc75636a",
          "files": {"model.safetensors": "53aa51172d142c89..."},
          "ollama_digest": null
        }
      }
    }
  ]
}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from packaging.version import InvalidVersion, Version

from registry.catalogue.places import CatalogueLike, Place
from registry.errors import CatalogueFileError, InputError
from registry.files.file_lock import exclusive
from registry.files.lock_file import LockedModel, locked
from registry.files.state_file import read_record, read_state
from registry.selection.roles import ROLES, Role, is_selected, no_selection, selection
from registry_base.atomic_write import write_atomically
from registry_base.folders import shown, upwards
from registry_base.orders import json_text

VERSIONS_NAME = "models.versions.json"
_VERSION = 1
_CURE = "restore it from version control"


@dataclass(frozen=True)
class Serving:
    """A model in a role: which one, at which commit, SHA-256 of its files if it is locked."""

    id: str
    huggingface_id: str | None
    revision: str | None
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    ollama_digest: str | None = None


@dataclass(frozen=True)
class Release:
    """A release and what served in it, by role. `date` is YYYY-MM-DD."""

    release: str
    date: str
    roles: Mapping[str, Serving]


def current_release(name: str, today: date, catalogue: CatalogueLike | None = None) -> Release:
    """What is selected here and now, with the digests of the lock used here.

    Raises InputError for a name that is not a version, SelectionError, CatalogueFileError.
    """
    try:
        Version(name)
    except InvalidVersion:
        raise InputError(f"{name!r} is not a version; write v1.2.0") from None
    if name != name.strip():
        raise InputError(f"{name!r} has spaces around it; write {name.strip()}")
    roles: dict[str, Serving] = {role: _serving(role, catalogue) for role in _roles(catalogue)}
    return Release(name, today.isoformat(), roles)


def _roles(catalogue: CatalogueLike | None) -> list[Role]:
    """The roles that are filled; a catalogue of your own need not fill all of them."""
    found: list[Role] = [role for role in ROLES if is_selected(role, catalogue)]
    if not found:
        raise no_selection(catalogue)
    return found


def _serving(role: Role, catalogue: CatalogueLike | None) -> Serving:
    model = selection(role, catalogue).model
    lock: LockedModel | None = None
    if model.huggingface_id is not None:
        lock = locked(model.id, model.huggingface_id)
    if lock is None:
        return Serving(model.id, model.huggingface_id, model.revision)
    files = {path: file.sha256 for path, file in lock.files.items()}
    digest = lock.ollama.digest if lock.ollama is not None else None
    return Serving(model.id, lock.huggingface_id, lock.revision, files, digest)


def releases_file(place: Place) -> Path:
    """Where the releases of a catalogue are: in the folder of its project, wherever this is run.

    Without a project it is the nearest such file from this folder upwards, or a new one here.
    """
    if place.options is not None:
        return Path(shown(place.options.root / VERSIONS_NAME))
    return Path(shown(next(upwards(VERSIONS_NAME), Path(VERSIONS_NAME))))


def record(path: Path, release: Release) -> None:
    """Add a release to the file, which is created if missing; the newest comes first.

    Raises InputError for a release that is in it already, CatalogueFileError for a file that cannot
    be read; nothing is written then. Concurrent calls take turns.
    """
    with exclusive(path):
        before = read_releases(path) if path.exists() else ()
        version = Version(release.release)
        for each in before:
            if Version(each.release) == version:  # v1.0 and 1.0.0 are one release
                raise InputError(
                    f"{path}: {each.release} is already recorded; releases never change"
                )
        every = sorted((release, *before), key=lambda each: Version(each.release), reverse=True)
        data = {"version": _VERSION, "releases": [asdict(each) for each in every]}
        write_atomically(path, json_text(data))


def read_releases(path: Path) -> tuple[Release, ...]:
    """The releases of a file, the newest first. Raises CatalogueFileError."""
    document = read_state(path, _VERSION, cure=_CURE, error=CatalogueFileError)
    if document is None:
        raise CatalogueFileError(
            f"{path}: there is no such file; `registry release v1.0.0` makes it"
        )
    given: object = document.data.get("releases")
    releases = read_record(
        document, tuple[Release, ...], given, ("releases",), cure=_CURE, error=CatalogueFileError
    )
    for index, each in enumerate(releases):
        try:
            Version(each.release)
        except InvalidVersion:
            problem = document.problem(
                ("releases", index, "release"), f"should be a version such as v1.0.0; {_CURE}"
            )
            raise CatalogueFileError(str(problem)) from None
    return releases

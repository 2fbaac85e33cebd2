"""What several threads report about one pull, at the same time."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

from registry.catalogue.entries import Entry
from registry.files.repository_file import RepositoryFile
from registry.hub.snapshot import CachedSnapshot
from registry.store.pull_plan import PlannedFile, PlannedModel
from registry.store.pulling import Outcome
from registry.threads import in_order

_AT_ONCE = Barrier(2)


class _Interrupted(PlannedFile):
    """A file while whose bytes are added another thread gets its turn, if it can have one."""

    @property
    def to_fetch(self) -> int:
        with suppress(BrokenBarrierError):
            _AT_ONCE.wait(timeout=0.5)
        return self.file.size


def test_files_that_arrive_at_once_all_count(tmp_path: Path) -> None:
    entry = Entry(id="tiny", type="dense", huggingface_id="acme/tiny", data={})
    file = _Interrupted(RepositoryFile(path="model.safetensors", size=1), "missing")
    snapshot = CachedSnapshot("acme/tiny", "a" * 40, tmp_path)
    model, outcome = PlannedModel(entry, "pin", snapshot, (file,)), Outcome()
    in_order(lambda each: outcome.came(model, each), [file, file], concurrent=2)
    assert outcome.of(model) == (2, [])

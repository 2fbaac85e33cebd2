"""Exports for tests, each made once per session by whichever worker needs it first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, get_args

import pytest
from checkpoints import minilm_folder, shallow_minilm, splade_folder

from registry.backends.interface import LoadOptions
from registry.exporting.export_model import export_model
from registry.exports.export import Engine, EnginePrecision
from registry.probes.texts import many_texts

ENGINES: tuple[Engine, ...] = get_args(Engine)

# The fixture of conftest.py.
Once = Callable[[str, Callable[[Path], object]], Path]
# model, weights, engine, precision -> the folder of the export.
Exported = Callable[..., Path]


@contextmanager
def fewer_texts() -> Iterator[None]:
    """Compare exports on a quarter of the texts: enough for networks that are made for tests."""
    queries, documents = many_texts()
    with pytest.MonkeyPatch.context() as patch:
        few = "registry.exporting._comparing.many_texts"
        patch.setattr(few, lambda: (queries, documents[::4]))
        yield


@pytest.fixture(scope="session")
def exported(once: Once) -> Exported:
    def export(
        model: Any, weights: Path, engine: Engine, precision: EnginePrecision = "f32"
    ) -> Path:
        def make(folder: Path) -> None:
            made = weights not in (minilm_folder(), splade_folder())
            with fewer_texts() if made else nullcontext():
                _, new = export_model(
                    model, engine, precision, output=folder / "export", min_overlap=0.5,
                    options=LoadOptions(local_path=weights),
                )  # fmt: skip
            assert new

        name = f"export-{model.id}-{weights.parent.name}-{engine}-{precision}"
        return once(name, make) / "export"

    return export


@pytest.fixture(scope="session")
def shallow(once: Once) -> Path:
    """MiniLM with one of its six layers."""
    return once("shallow", lambda folder: shallow_minilm(folder / "model")) / "model"

"""The catalogues of any size that benchmarks use are valid."""

from pathlib import Path

import pytest
from benchmarks.catalogues import as_text, made_up, of_size, shipped_size

from registry_codegen.compile import load_catalogue
from registry_codegen.options import Options


@pytest.mark.parametrize("size", [1, 100, shipped_size(), 1_000])
def test_they_validate(tmp_path: Path, size: int) -> None:
    (tmp_path / "models.json").write_text(as_text(of_size(size)))
    assert len(load_catalogue(Options(tmp_path)).data["models"]) == size


def test_so_is_a_made_up_entry(tmp_path: Path) -> None:
    made = {"models": [made_up("some", "acme/some")]}
    (tmp_path / "models.json").write_text(as_text(made))
    assert load_catalogue(Options(tmp_path)).data["models"] == made["models"]

"""The golden texts of tests: no file has texts that no test uses any more."""

import re

import pytest

from catalogues import ROOT
from goldens import SAID, read_said

FUNCTIONAL = ROOT / "tests" / "functional"


@pytest.mark.parametrize("module", sorted(path.stem for path in SAID.glob("*.txt")))
def test_each_section_is_of_a_test(module: str) -> None:
    source = (FUNCTIONAL / f"{module}.py").read_text("utf-8")
    for name in read_said(SAID / f"{module}.txt"):
        function = re.split(r"[\[ ]", name)[0].rpartition("::")[2]
        assert f"def {function}(" in source, f"take {name} out of {module}.txt"

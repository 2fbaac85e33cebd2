"""constraints.txt: what `make` installs, with exact versions and hashes."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from catalogues import ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TEXT = (ROOT / "constraints.txt").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")

# Its builds differ between indexes, so the Makefile installs it by version, without hashes.
BY_VERSION = {"torch"}


def locked() -> list[tuple[Requirement, set[str]]]:
    """Every entry with its hashes; a package has two if Pythons need different releases."""
    joined = re.sub(r"\\\n\s*", "", TEXT)
    lines = [line for line in joined.splitlines() if not line.startswith("#")]
    return [
        (Requirement(line.partition("--hash")[0]), set(re.findall(r"--hash=sha256:(\w{64})", line)))
        for line in lines
    ]


LOCKED = locked()
PINS = {
    canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
    for requirement, _ in LOCKED
    if requirement.marker is None or requirement.marker.evaluate()
}


def wanted() -> list[str]:
    """The requirements of the build, the extras and the dependency groups."""
    project = PYPROJECT["project"]
    required = [*PYPROJECT["build-system"]["requires"]]
    required += [text for extra in project["optional-dependencies"].values() for text in extra]
    groups = [entry for group in PYPROJECT["dependency-groups"].values() for entry in group]
    required += [entry for entry in groups if isinstance(entry, str)]
    return [text for text in required if Requirement(text).name != project["name"]]


@pytest.mark.parametrize("text", sorted(set(wanted())))
def test_what_pyproject_asks_for_is_locked(text: str) -> None:
    requirement = Requirement(text)
    if requirement.name in BY_VERSION:
        (version,) = set(re.findall(rf"install .*\b{requirement.name}==(\S+)", MAKEFILE))
    else:
        version = PINS.get(canonicalize_name(requirement.name), "")

    assert version, f"{requirement.name} is not in constraints.txt: make lock"
    assert requirement.specifier.contains(version), f"{text} excludes {version}: make lock"


def test_every_entry_has_one_version_and_hashes() -> None:
    assert len(LOCKED) > 100
    for requirement, hashes in LOCKED:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, requirement


def test_it_holds_no_build_of_torch() -> None:
    names = {name for name in PINS if re.match(r"torch$|triton|nvidia|cuda", name)}

    assert names == set()


def test_it_names_no_index() -> None:
    """The user chooses the index; the hashes verify the packages."""
    assert not re.search(r"://|--(extra-)?index-url|--find-links", TEXT)

"""The error hierarchy is the one drawn in the docstring of `registry.errors`."""

import pickle
import re

import pytest

from registry import errors


def drawn() -> dict[str, str | None]:
    """Every class in the drawing, with its parent."""
    above: list[str] = []
    found: dict[str, str | None] = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"((?:[│ ]   )*(?:[├└]── )?)([A-Z]\w+Error)\b", line)
        if match is None:
            continue
        depth = len(match[1]) // 4
        del above[depth:]
        found[match[2]] = above[-1] if above else None
        above.append(match[2])
    return found


def test_the_drawing_is_true() -> None:
    tree = drawn()
    assert next(iter(tree.items())) == ("RegistryError", None)
    for name, parent in tree.items():
        bases = {base.__name__ for base in getattr(errors, name).__bases__}
        assert parent in bases or parent is None, name


def test_nothing_is_missing_from_it() -> None:
    there = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.RegistryError)
    }
    assert set(drawn()) == set(errors.__all__) == there


@pytest.mark.parametrize("name", errors.__all__)
def test_it_survives_a_process_boundary(name: str) -> None:
    arguments: dict[str, tuple[object, ...]] = {
        "AmbiguousModelError": ("miniLM", ("a", "b")),
        "FingerprintMismatchError": (("dim: stored 1, now 2",),),
        "LibraryDriftError": ("ollama", "0.9.0", ">=0.6,<0.7", "Client._request_raw is gone"),
        "MissingExtraError": ("torch", "encoders"),
        "RepositoryMovedError": ("org/old", "org/new"),
        "UnknownKeyError": ("mpnt", "there is no mpnt", ("mpnet",)),
    }
    error = getattr(errors, name)(*arguments.get(name, ("what is wrong",)))
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is type(error)
    assert (str(copied), vars(copied)) == (str(error), vars(error))

"""Properties of the generator on catalogues made up by Hypothesis.

To search further than a normal run does: REGISTRY_EXAMPLES=2000 (see tests/conftest.py).
"""

import ast
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalogues import TYPES, Json, catalogue, entry, one_of_each
from covering import covering
from generating import formatted, generate, load
from own_fields import expected_own, own_catalogues
from reading import expected, plain, same
from registry_codegen.names import class_name, constant_name, member_name
from strategies import catalogues

# What the value of a model may contain: literals, and calls of the classes.
_LITERALS = (ast.Constant, ast.Tuple, ast.Dict, ast.UnaryOp, ast.USub, ast.Load, ast.keyword)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("catalogue")


@given(data=catalogues() | own_catalogues())
def test_what_goes_in_comes_out(folder: Path, data: Json) -> None:
    module = load(generate(folder, data))

    assert {model["id"] for model in data["models"]} == set(module.MODELS_BY_ID)
    for given_entry in data["models"]:
        model = getattr(module, constant_name(given_entry["id"]))
        assert module.MODELS_BY_ID[given_entry["id"]] is model
        assert type(model).__name__ == class_name(given_entry["type"])
        assert model.kind == model.type == given_entry["type"]
        wanted = expected(given_entry) | expected_own(given_entry, data.get("types", {}))
        shown = {name: plain(getattr(model, name)) for name in model.__dataclass_fields__}
        for name, value in shown.items():
            assert same(value, wanted[name]), (name, value, wanted[name])
        # Fields that the class lacks are empty in the entry.
        assert not [
            n for n in wanted.keys() - shown.keys() if wanted[n] not in (None, (), {}, False)
        ]


_SMALL: tuple[object, ...] = ([[]], [1, 2], ["one"], {"a": 1})

# Found by Hypothesis: black formats these in unusual ways.
_ODD_LAYOUTS = entry(
    specs={"parameters": "1M", "embedding_dim": 1, "memory_mb": 1.1487715358795776e16},
    metadata={
        "a" * 90: {},
        "b" * 90: [],
        "c": ["d" * 90],
        "e": [["f" * 40, "g" * 40]],
        "日本" * 40: [1, {"한국": "日本" * 20}],
        "one": ["\uff57\uff49" * 12],
        "numbers": [1e16, 1e-7, 5e-324, -0.0, 2**62],
        # Keys that black measures as wider, and as narrower, than they are long.
        **{"\uff57" * n: value for n, value in zip(range(24, 44), _SMALL * 5, strict=True)},
        **{"e\u0301" * n: value for n, value in zip(range(24, 44), _SMALL * 5, strict=True)},
    },
    description="d" * 90,
)


@pytest.mark.heavy
@settings(max_examples=10)
@given(data=catalogues() | own_catalogues())
@example(catalogue(_ODD_LAYOUTS, types={"dense": "t" * 90}))
@example(catalogue(_ODD_LAYOUTS, types={"dense": "t" * 79 + " " + "u" * 90 + " v"}))
def test_output_is_formatted_as_black_would(folder: Path, data: Json) -> None:
    files = generate(folder, data)

    assert files == formatted(files)


@pytest.mark.heavy
@pytest.mark.exhaustive  # the same with more catalogues
@given(data=catalogues() | own_catalogues())
def test_output_of_many_is_formatted_as_black_would(folder: Path, data: Json) -> None:
    files = generate(folder, data)

    assert files == formatted(files)


@given(data=catalogues() | own_catalogues())
def test_output_holds_nothing_but_literals_of_the_input(folder: Path, data: Json) -> None:
    trees = _parsed(folder, data)
    ids, types = [m["id"] for m in data["models"]], {m["type"] for m in data["models"]}
    constants = {constant_name(model_id) for model_id in ids}
    targets = set[str]().union(*map(_targets, trees))
    shared = {name for name in targets if any(name.startswith(f"_{c}_") for c in constants)}
    derived = constants | shared
    for model_type in types:
        part = model_type.replace("-", "_")
        derived |= {class_name(model_type), f"{class_name(model_type)}Id", member_name(model_type)}
        derived.add(f"Deprecated{class_name(model_type)}")
        derived |= {f"type_{part}", f"_generated_parts.type_{part}"}
        derived |= {*expected_own({"type": model_type}, data.get("types", {}))}
    assert set[str]().union(*map(_names, trees)) <= _usual_names(folder) | derived

    texts = {*_texts(data), *(f"{class_name(t)}Id" for t in types)}
    for statement in (each for tree in trees for each in tree.body):
        if isinstance(statement, ast.AnnAssign) and _target(statement) in constants | shared:
            assert statement.value is not None
            _only_literals(statement.value, shared, texts)


def _parsed(folder: Path, data: Json) -> list[ast.Module]:
    files = generate(folder, data).items()
    return [ast.parse(source) for name, source in files if not name.endswith(".json")]


@cache
def _usual_names(folder: Path) -> set[str]:
    """The identifiers in modules of harmless entries of every type."""
    trees = _parsed(folder, catalogue(*one_of_each(), _full(), _old()))
    return set[str]().union(*map(_names, trees))


def _full() -> Json:
    """An entry of a new type that uses every section, so that all field names are known."""
    return entry("all", "new-type", variants=[{"id": "a", "quantization": "b", "file": "c"}])


def _old() -> Json:
    """A deprecated entry, which adds a decorator to the module."""
    return entry("old", status="deprecated")


def _only_literals(value: ast.expr, shared: set[str], texts: set[str]) -> None:
    for node in ast.walk(value):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args):
                assert name[0].isupper()
                assert not args or name == "FrozenDict"
            case ast.Name(id=name):
                assert name in shared or name[0].isupper()
            case ast.Constant(value=str() as text):
                assert text in texts
            case _:
                assert isinstance(node, _LITERALS), ast.dump(node)


def _texts(data: Any) -> set[str]:
    """Every text in a catalogue, keys included."""
    if isinstance(data, dict):
        return set(data).union(*map(_texts, data.values()))
    if isinstance(data, list):
        return set[str]().union(*map(_texts, data))
    return {data} if isinstance(data, str) else set()


def _names(tree: ast.AST) -> set[str]:
    """Every identifier in a module."""
    found = set[str]()
    for node in ast.walk(tree):
        for part in ("id", "attr", "name", "arg", "asname", "module"):
            name = getattr(node, part, None)
            if isinstance(name, str):
                found.add(name)
    return found


def _targets(tree: ast.Module) -> set[str]:
    return {_target(node) for node in tree.body if isinstance(node, ast.AnnAssign)}


def _target(statement: ast.AnnAssign) -> str:
    assert isinstance(statement.target, ast.Name)
    return statement.target.id


def _shuffled(value: Any, order: random.Random) -> Any:
    """The same data with the keys of every object in another order."""
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: _shuffled(value[key], order) for key in keys}
    return [_shuffled(item, order) for item in value] if isinstance(value, list) else value


@given(data=catalogues() | own_catalogues(), order=st.randoms(use_true_random=False))
def test_order_of_models_and_keys_does_not_show(
    folder: Path, data: Json, order: random.Random
) -> None:
    other = _shuffled(data, order)
    order.shuffle(other["models"])

    assert generate(folder, data) == generate(folder, other)


@pytest.mark.heavy
# Each type with one of the sizes; all of them by `make exhaustive`.
@pytest.mark.parametrize(
    ("model_type", "size"), covering([*TYPES, "a", "x" * 12, "x" * 22, "x" * 32], [1, 2, 43, 50])
)
def test_names_of_any_length_are_formatted(tmp_path: Path, model_type: str, size: int) -> None:
    names = ["y" * size, "z" * size]
    for models in ([names[0]], names):
        for status in ("active", "deprecated"):
            entries = [entry(name, model_type, status=status) for name in models]
            files = generate(tmp_path, catalogue(*entries))
            assert files == formatted(files)

"""Whatever the file contains, the build either compiles it or says what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalogues import catalogue, entry, one_of_each
from mutations import anything, broken_texts, mutated, often, real_entries
from registry_base.json_positions import locate
from registry_codegen.compile import compile_catalogue
from registry_codegen.errors import CatalogueError
from registry_codegen.options import Options
from strategies import catalogues, documents, text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("catalogue")


def compiled(options: Options) -> CatalogueError | None:
    """Compile, and return the build's error, if any; other exceptions must not occur."""
    try:
        compile_catalogue(options)
    except CatalogueError as error:
        return error
    return None


def check(folder: Path, raw: bytes) -> None:
    """Compile the bytes; if that fails, the error must have the agreed form."""
    (folder / "models.json").write_bytes(raw)
    error = compiled(Options(folder))
    if error is None:
        return
    assert error.problems
    assert str(error).count("\n") == len(error.problems)  # one line each, and the total
    assert str(error).encode()  # can be printed
    lines = raw.decode("utf-8", "replace").split("\n")
    for problem in error.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert problem.message


def encoded(data: Any) -> bytes:
    return json.dumps(data).encode()


@often
@given(raw=broken_texts())
def test_broken_texts(folder: Path, raw: bytes) -> None:
    check(folder, raw)


@often
@given(raw=st.binary(max_size=60) | text.map(str.encode))
@example(b"")
@example(b"\xff\xfe")
@example(b"[" * 5000)
@example(b'{"models":' * 2000)
@example(b"-")
@example(b'"\\')
@example(b'{"a"')
@example(b'"\\ud800\\udc00"')
def test_bytes(folder: Path, raw: bytes) -> None:
    check(folder, raw)


@often
@given(data=anything)
def test_any_document(folder: Path, data: Any) -> None:
    check(folder, encoded(data))
    check(folder, encoded({"models": data, "types": data}))
    check(folder, encoded({"models": [data, data]}))


@often
@given(data=mutated({"version": "1.0", "types": {"own": "Mine."}, "models": one_of_each()}))
@example(catalogue(entry(specs={"parameters": "", "parameter_count": 5})))
@example(catalogue(entry(specs={"parameters": "NaN", "parameter_count": 5})))
@example(catalogue(entry(specs={"parameters": "1e99999999", "parameter_count": 5})))
@example(catalogue(entry(specs={"parameters": "9" * 5000, "embedding_dim": 5})))
@example(catalogue(entry(specs={"parameters": "1M\n", "embedding_dim": 5})))
@example(catalogue(entry(license="https://[")))
@example(catalogue(entry(license="(" * 3000)))
@example(catalogue(entry(dependencies={"packages": ["a @ http://[", "a; ("]})))
@example(catalogue(entry(capabilities={"languages": ["en\n", "x-", "-", "日本"]})))
@example(catalogue(entry(release_date="٢٠٢٤")))
@example(catalogue(entry(superseded_by="a" * 3000), entry("b" * 3000)))
def test_mistakes_in_small_catalogues(folder: Path, data: Any) -> None:
    check(folder, encoded(data))


@often
@given(data=st.data())
def test_mistakes_in_real_entries(folder: Path, data: st.DataObject) -> None:
    check(folder, encoded(catalogue(data.draw(mutated(data.draw(real_entries))))))


@often
@given(data=catalogues().flatmap(mutated))
def test_mistakes_in_hostile_catalogues(folder: Path, data: Any) -> None:
    check(folder, encoded(data))


@often
@given(own=mutated(catalogue(*one_of_each(), types={"own": "Mine."})) | anything, below=anything)
@example(catalogue(entry(), types=["own"]), catalogue(entry()))
@example(catalogue(entry()), catalogue(entry(), types=7))
@example(catalogue({"id": ["unhashable"]}), catalogue({"id": {}}))
@example(catalogue({"id": "a", "specs": 1}), catalogue(entry("a")))
def test_one_catalogue_over_another(folder: Path, own: Any, below: Any) -> None:
    (folder / "models.json").write_bytes(encoded(own))
    for public in (below, {"models": below}, catalogue(entry("some-dense"), *_list(below))):
        (folder / "public.json").write_bytes(encoded(public))
        for hide in ((), ("some-dense",), ("no-such",)):
            error = compiled(Options(folder, extends="public.json", hide=hide))
            assert error is None or error.problems


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@often
@given(data=documents, indent=st.sampled_from([None, 0, 3]), plain=st.booleans())
def test_every_value_is_found(data: Any, indent: int | None, plain: bool) -> None:
    """The scanner and the standard parser see the same values in the same places."""
    source = json.dumps(data, indent=indent, ensure_ascii=plain)
    positions = locate(source)
    assert not positions.oddities
    for pointer, offset in positions.values.items():
        value = data
        for key in pointer:
            value = value[key]
        assert json.JSONDecoder().raw_decode(source, offset)[0] == value
        line, column = positions.line_column(offset)
        assert source.split("\n")[line - 1][column - 1 :] == source[offset:].split("\n")[0]

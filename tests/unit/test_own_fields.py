"""Fields that a catalogue declares itself: typed attributes like any other."""

import copy
import dataclasses
import json
import pickle
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogues import Json, catalogue, entry
from generating import generate, load, problems
from mutations import anything, mutated
from own_fields import names, own_catalogues
from registry_codegen.compile import compile_catalogue
from registry_codegen.errors import CatalogueError
from registry_codegen.names import RESERVED_FIELDS
from registry_codegen.options import Options
from registry_codegen.own_types import merged_types

RATE: Json = {"type": "integer", "minimum": 1, "description": "Samples per second."}
OWNER: Json = {"type": "string", "description": "The team to ask."}
SPEECH: Json = {
    "description": "Transcribes speech.",
    "properties": {
        "sample_rate": RATE,
        "codec": {"enum": ["pcm", "opus"], "description": "How its input is coded."},
        "voices": {"type": "array", "items": {"type": "string"}, "description": "Whom it knows."},
        "gain": {"type": ["number", "null"], "description": "In decibels."},
        "streaming": {"type": "boolean", "default": True, "description": "Whether it streams."},
        "specs": {
            "type": "object",
            "properties": {"channels": {"type": "integer", "description": "Channels."}},
        },
    },
    "required": ["sample_rate"],
}
SCRIBE = entry("scribe", "speech", sample_rate=16000.0, codec="opus", gain=2, specs={"channels": 2})
DATA = catalogue(
    entry("embed", owner="search"),
    entry("other"),
    SCRIBE,
    types={"speech": SPEECH, "dense": {"properties": {"owner": OWNER}}},
)


def complaint(folder: Path, own: Json, below: Json, **options: Any) -> list[str]:
    """The problems of a catalogue that extends another one."""
    (folder / "below.json").write_text(json.dumps(below, indent=1))
    (folder / "models.json").write_text(json.dumps(own, indent=1))
    try:
        with chdir(folder):
            compile_catalogue(Options(folder, extends="below.json", **options))
    except CatalogueError as error:
        return [str(problem) for problem in error.problems]
    return []


def over(folder: Path, own: Json, below: Json) -> Any:
    """The module of a catalogue that extends another one."""
    assert complaint(folder, own, below) == []
    return load(compile_catalogue(Options(folder, extends="below.json")))


def test_they_are_attributes_with_their_values(tmp_path: Path) -> None:
    module = load(generate(tmp_path, DATA))
    scribe = module.SCRIBE

    assert (scribe.sample_rate, type(scribe.sample_rate)) == (16000, int)
    assert (scribe.codec, scribe.gain, scribe.channels) == ("opus", 2, 2)
    assert (scribe.voices, scribe.streaming) == ((), True)  # not given: empty, and the default
    assert (module.EMBED.owner, module.OTHER.owner) == ("search", None)
    assert not hasattr(scribe, "owner")
    assert not hasattr(module.EMBED, "sample_rate")


def test_dataclasses_and_typing_know_them(tmp_path: Path) -> None:
    module = load(generate(tmp_path, DATA))
    scribe = module.SCRIBE
    hints = get_type_hints(module.SpeechModel)

    assert {name: str(hints[name]) for name in ("sample_rate", "codec", "voices", "channels")} == {
        "sample_rate": "<class 'int'>",
        "codec": "typing.Literal['pcm', 'opus', None]",
        "voices": "tuple[str, ...]",
        "channels": "int | None",
    }
    assert {"sample_rate", "owner"} & {f.name for f in dataclasses.fields(scribe)} == {
        "sample_rate"
    }
    assert dataclasses.asdict(scribe)["sample_rate"] == 16000
    assert dataclasses.replace(scribe, voices=("anna",)).voices == ("anna",)
    assert copy.deepcopy(scribe) is scribe
    assert pickle.loads(pickle.dumps(scribe)) == scribe
    with pytest.raises(dataclasses.FrozenInstanceError):
        scribe.sample_rate = 1
    with pytest.raises(TypeError, match="sample_rate"):
        module.SpeechModel(id="a", name="a", description="a", huggingface_id=None, organization="a")


def test_descriptions_are_docstrings_and_the_stub_exports_the_class(tmp_path: Path) -> None:
    files = generate(tmp_path, DATA)

    own = files["_generated_parts/type_speech.py"]
    assert '    sample_rate: int\n    """Samples per second."""\n' in own
    assert '"""Transcribes speech."""' in own
    assert "SpeechModel" in files["_generated.pyi"]


def test_a_source_may_name_them(tmp_path: Path) -> None:
    model = SCRIBE | {"sources": {"paper": ["sample_rate", "specs.channels"]}}

    assert problems(tmp_path, catalogue(model, types={"speech": SPEECH})) == []


@pytest.mark.heavy
def test_type_checkers_read_them(tmp_path: Path) -> None:
    package = tmp_path / "acme"
    for name, text in generate(tmp_path, DATA).items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (package / "__init__.py").write_text("")
    (package / "py.typed").write_text("")
    good = (
        "from typing import Literal\n"
        "from acme._generated import EMBED, SCRIBE\n"
        "rate: int = SCRIBE.sample_rate\n"
        "codec: Literal['pcm', 'opus'] | None = SCRIBE.codec\n"
        "voices: tuple[str, ...] = SCRIBE.voices\n"
        "owner: str | None = EMBED.owner\n"
    )
    (tmp_path / "good.py").write_text(good)
    (tmp_path / "bad.py").write_text("from acme._generated import EMBED\nprint(EMBED.codec)\n")

    def mypy(name: str) -> int:
        command = (sys.executable, "-m", "mypy", "--strict", "--config-file=", name)
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode

    assert mypy("good.py") == 0
    assert mypy("bad.py") == 1


# ---------------------------------------------------------------------------------------
# Extending another catalogue
# ---------------------------------------------------------------------------------------


def test_fields_of_both_catalogues_count(tmp_path: Path) -> None:
    own = catalogue(
        entry("mine", "speech", sample_rate=8000, site="Bern"),
        types={"speech": {"properties": {"site": {"type": "string", "description": "Where."}}}},
    )
    module = over(tmp_path, own, catalogue(SCRIBE, types={"speech": SPEECH}))

    assert module.SpeechModel.__doc__ == "Transcribes speech."
    assert (module.MINE.sample_rate, module.MINE.site) == (8000, "Bern")
    assert (module.SCRIBE.sample_rate, module.SCRIBE.site) == (16000, None)


def test_a_sentence_over_fields_leaves_them(tmp_path: Path) -> None:
    own = catalogue(entry("mine", "speech", sample_rate=1), types={"speech": "Hears."})
    module = over(tmp_path, own, catalogue(SCRIBE, types={"speech": SPEECH}))

    assert module.SpeechModel.__doc__ == "Hears."
    assert module.MINE.sample_rate == 1


def test_what_is_required_underneath_stays_so(tmp_path: Path) -> None:
    declared = {"properties": {"site": OWNER}, "required": ["site"]}
    own = catalogue(entry("mine", "speech"), types={"speech": declared})
    below = catalogue(SCRIBE | {"site": "Bern"}, types={"speech": SPEECH | {"properties": {
        **SPEECH["properties"], "site": OWNER}}})  # fmt: skip

    found = complaint(tmp_path, own, below)

    assert [line.split(":")[0] for line in found] == ["models.json", "models.json"]
    assert {name for name in ("site", "sample_rate") for line in found if f'"{name}"' in line} == {
        "site",
        "sample_rate",
    }


def test_what_entries_underneath_lack_is_said_once(tmp_path: Path) -> None:
    declared: Json = {"properties": {"owner": OWNER}, "required": ["owner"]}
    own = catalogue(entry("mine", owner="search"), types={"dense": declared})
    below = catalogue(entry("one"), entry("two"))

    (found,) = complaint(tmp_path, own, below)
    assert "/types/dense/properties/owner" in found
    assert "2 of the entries" in found

    declared["properties"]["owner"] = OWNER | {"default": "platform"}
    module = over(tmp_path, own, below)
    assert (module.MINE.owner, module.ONE.owner) == ("search", "platform")
    del own["models"][0]["owner"]  # still required in the catalogue's own entries
    (found,) = complaint(tmp_path, own, below)
    assert "/models/0" in found


def test_a_field_of_another_type_is_another_field() -> None:
    below = {"a": {"properties": {"x": RATE}}}
    other = {"type": "string", "description": "Text."}

    assert merged_types(below, {"a": {"properties": {"x": other}}})["a"]["properties"]["x"] == other
    renamed = {"description": "Per second."}
    merged = merged_types(below, {"a": {"properties": {"x": renamed}}})
    assert merged["a"]["properties"]["x"] == RATE | renamed


def test_a_problem_underneath_is_placed_there(tmp_path: Path) -> None:
    wrong = {"properties": {"name": OWNER}}
    (found,) = complaint(
        tmp_path, catalogue(entry("mine")), catalogue(entry("one"), types={"dense": wrong})
    )
    assert found.startswith("below.json:")


def test_a_merged_catalogue_keeps_them(tmp_path: Path) -> None:
    files = generate(tmp_path, DATA)
    merged = json.loads(files["_generated_parts/models.json"])

    assert merged["types"] == DATA["types"]
    module = over(tmp_path, catalogue(entry("mine", owner="me")), merged)
    assert (module.MINE.owner, module.SCRIBE.sample_rate) == ("me", 16000)


# ---------------------------------------------------------------------------------------
# Any declaration
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(RESERVED_FIELDS))
def test_names_that_generated_code_needs_are_refused(tmp_path: Path, name: str) -> None:
    declared = {"properties": {name: OWNER}}

    (found,) = problems(tmp_path, catalogue(entry(), types={"dense": declared}))
    assert f"/types/dense/properties/{name}" in found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


@given(name=names | st.text(max_size=12) | st.sampled_from(["__class__", "x=1", "a\n", "id"]))
def test_a_name_becomes_a_field_or_a_problem(folder: Path, name: str) -> None:
    data = catalogue(entry(), types={"dense": {"properties": {name: OWNER}}})

    if not problems(folder, data):
        model = load(generate(folder, data)).SOME_MODEL
        assert getattr(model, name) is None
        assert name in {field.name for field in dataclasses.fields(model)}


@given(data=own_catalogues().flatmap(mutated) | own_catalogues().flatmap(
    lambda data: anything.map(lambda junk: data | {"types": {"dense": {"properties": junk}}})
))  # fmt: skip
def test_mistakes_in_declarations_are_problems(folder: Path, data: Any) -> None:
    try:
        json.dumps(data, allow_nan=False)
    except ValueError:
        return
    if not problems(folder, data):
        load(generate(folder, data))

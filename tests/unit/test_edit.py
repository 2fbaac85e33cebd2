"""Edits of a catalogue's text: what changes, and above all what must not."""

import difflib
import json
from collections.abc import Iterable
from copy import deepcopy
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalogues import CATALOGUE, ROOT, Json, catalogue, entry
from mutations import often
from registry_base.json_shapes import look_up
from registry_base.problems import Pointer
from registry_codegen.edit import insert_entry, remove_value, set_value
from registry_codegen.layout import Layout, render_entry
from registry_codegen.read import read_catalogue
from registry_codegen.schema import type_schema
from strategies import documents, text

TEXT = (ROOT / "models.json").read_bytes().decode("utf-8")
_PLACES = {model["id"]: index for index, model in enumerate(CATALOGUE["models"])}


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """The removed and the added lines, with their line ends."""
    lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    old, new = list[str](), list[str]()
    matcher = difflib.SequenceMatcher(None, *lines, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            old += lines[0][a:b]
            new += lines[1][c:d]
    return old, new


def spelled(value: Any) -> str:
    """JSON as text, so that 1, 1.0 and true differ."""
    return json.dumps(value, sort_keys=True)


class TestOurCatalogue:
    def test_every_entry_is_laid_out_as_it_is(self) -> None:
        at = TEXT.index('"models": [')
        decoder = json.JSONDecoder()
        for model in CATALOGUE["models"]:
            at = TEXT.index("{", at)
            _, end = decoder.raw_decode(TEXT, at)
            assert render_entry(model) == TEXT[at:end], model["id"]
            at = end

    def test_taking_an_entry_out_and_putting_it_back_changes_nothing(self) -> None:
        for model_id in ("colbert-v2", "jina-colbert-v2", CATALOGUE["models"][-1]["id"]):
            index = _PLACES[model_id]
            without = remove_value(TEXT, ("models", index))
            assert model_id not in {each["id"] for each in json.loads(without)["models"]}
            assert insert_entry(without, CATALOGUE["models"][index], index) == TEXT

    def test_taking_any_field_out_and_putting_it_back_changes_nothing(self) -> None:
        """If the keys are in the order of the schema, as in almost all entries."""
        index = _PLACES["jina-colbert-v2"]
        model = CATALOGUE["models"][index]
        paths: list[Pointer] = [(key,) for key in model]
        paths += [(key, inner) for key in model for inner in model[key] if key == "specs"]
        for path in paths:
            pointer = ("models", index, *path)
            without = remove_value(TEXT, pointer)
            assert look_up(json.loads(without), *pointer) is None
            kind = (
                () if path == ("type",) else (set_value(without, pointer, look_up(model, *path)),)
            )
            assert all(each == TEXT for each in kind), path

    def test_a_number_is_one_line(self) -> None:
        index = _PLACES["colbert-v2"]
        after = set_value(TEXT, ("models", index, "specs", "memory_mb"), 419)
        assert changed(TEXT, after) == (
            ['        "memory_mb": 418\n'],
            ['        "memory_mb": 419\n'],
        )

    def test_a_new_key_stands_where_the_schema_has_it(self) -> None:
        index = _PLACES["colbert-v2"]
        after = set_value(TEXT, ("models", index, "status"), "stable")
        assert changed(TEXT, after) == ([], ['      "status": "stable",\n'])
        lines = after.splitlines()
        at = lines.index('      "status": "stable",')
        assert lines[at - 1].startswith('      "license"')
        assert lines[at + 1].startswith('      "aliases"')

    def test_a_section_that_grows_over_the_line_is_spread_and_shrinks_back(self) -> None:
        pointer = ("models", _PLACES["colbert-v2"], "performance", "beir15_avg")
        after = set_value(TEXT, pointer, 0.4995)
        assert changed(TEXT, after) == (
            [
                '      "performance": {"beir_avg": 0.489, "beir_avg_datasets": 14, '
                '"ms_marco_mrr10": 0.397},\n'
            ],
            [
                '      "performance": {\n',
                '        "beir_avg": 0.489,\n',
                '        "beir_avg_datasets": 14,\n',
                '        "beir15_avg": 0.4995,\n',
                '        "ms_marco_mrr10": 0.397\n',
                "      },\n",
            ],
        )
        assert remove_value(after, pointer) == TEXT

    def test_a_list_that_grows_over_the_line_is_filled(self) -> None:
        index = _PLACES["colbert-v2"]
        after = set_value(
            TEXT, ("models", index, "aliases"), [f"colbert-{i:02}" for i in range(12)]
        )
        _, new = changed(TEXT, after)
        assert [line.count('"colbert-') for line in new] == [0, 7, 5, 0]
        assert max(map(len, new)) < 111

    def test_sections_on_the_way_are_added(self) -> None:
        index = _PLACES["colbert-v2-pylate"]
        after = set_value(TEXT, ("models", index, "files", "weights", "gguf"), "a.gguf")
        assert changed(TEXT, after) == (
            [],
            ['      "files": {"weights": {"gguf": "a.gguf"}},\n'],
        )

    def test_an_entry_comes_behind_the_last_of_its_type(self) -> None:
        new = entry("new-model", "sparse")
        after = insert_entry(TEXT, new)
        ids = [model["id"] for model in json.loads(after)["models"]]
        sparse = [model["id"] for model in CATALOGUE["models"] if model["type"] == "sparse"]
        assert ids[ids.index("new-model") - 1] == sparse[-1]
        assert after.replace(f"    {render_entry(new)},\n", "") == TEXT

    def test_an_entry_of_a_new_type_comes_last(self) -> None:
        new = entry("new-model", "speech")
        end = "\n    }\n  ]\n}\n"
        wanted = f"\n    }},\n    {render_entry(new)}\n  ]\n}}\n"
        assert insert_entry(TEXT, new) == TEXT.removesuffix(end) + wanted

    def test_the_result_is_read_strictly(self, tmp_path: Path) -> None:
        path = tmp_path / "models.json"
        after = insert_entry(TEXT, entry("new-model", description='a "b" \\ \x00 \u2028 😀'))
        path.write_bytes(after.encode())
        assert read_catalogue(path).data["models"][_PLACES["colbert-v2"]]["id"] == "colbert-v2"


_SMALL = {"id": "a", "type": "dense", "aliases": ["b", "c"], "specs": {}}
_OTHER = {"id": "d", "type": "dense", "specs": {"embedding_dim": 4}}
_INDENTED = {"id": "a", "type": "dense"}


class TestLayouts:
    """The same edit in files of every formatting style."""

    @pytest.mark.parametrize("newline", ["\n", "\r\n"])
    @pytest.mark.parametrize("end", ["", "\n", "\n\n"])
    @pytest.mark.parametrize("indent", [1, 2, 4, "\t", None])
    @pytest.mark.parametrize("separators", [(", ", ": "), (",", ":")])
    def test_as_pythons_writer_has_it(
        self, newline: str, end: str, indent: int | str | None, separators: tuple[str, str]
    ) -> None:
        def written(*models: Json) -> str:
            # Python writes no space after a comma at the end of a line.
            comma = "," if indent else separators[0]
            made = json.dumps(catalogue(*models), indent=indent, separators=(comma, separators[1]))
            return (made + end).replace("\n", newline)

        assert insert_entry(written(_SMALL), _OTHER) == written(_SMALL, _OTHER)
        assert insert_entry(written(_SMALL), _OTHER, 0) == written(_OTHER, _SMALL)
        assert insert_entry(written(_SMALL, _SMALL), _OTHER, 1) == written(_SMALL, _OTHER, _SMALL)
        assert remove_value(written(_SMALL, _OTHER), ("models", 0)) == written(_OTHER)
        longer = {**_SMALL, "specs": {"parameters": "1M"}}
        pointer = ("models", 0, "specs", "parameters")
        assert set_value(written(_SMALL, _OTHER), pointer, "1M") == written(longer, _OTHER)
        assert remove_value(written(longer, _OTHER), pointer) == written(_SMALL, _OTHER)

    @pytest.mark.parametrize("newline", ["\n", "\r\n"])
    def test_brackets_that_share_a_line(self, newline: str) -> None:
        before = '{"models": [{\n    "id": "a"\n  }, {\n    "id": "b"\n  }]}\n'
        wanted = (
            '{"models": [{\n    "id": "a"\n  }, {\n    "id": "b"\n  }, {\n      "id": "d",\n'
            '      "type": "dense",\n      "specs": {\n        "embedding_dim": 4\n      }\n  }]}\n'
        )
        before, wanted = before.replace("\n", newline), wanted.replace("\n", newline)
        after = insert_entry(before, _OTHER)
        assert json.loads(after) == json.loads(wanted)
        assert after.startswith(before.removesuffix(f"]}}{newline}"))
        assert after.count("\n") == after.count(newline)

    def test_blank_lines_between_entries_are_kept_up(self) -> None:
        before = '{\n  "models": [\n    {"id": "a"},\n\n    {"id": "b"}\n  ]\n}\n'
        assert insert_entry(before, {"id": "c"}) == before.replace(
            '"b"}', '"b"},\n\n    {"id": "c"}'
        )

    @pytest.mark.parametrize(
        ("before", "wanted"),
        [
            (
                '{"models": []}\n',
                '{\n  "models": [\n    {\n      "id": "x",\n      "description": "%s"\n    }\n'
                "  ]\n}\n",
            ),
            (
                '{\n  "version": "1.0",\n  "models": []\n}',
                '{\n  "version": "1.0",\n  "models": [\n    {\n      "id": "x",\n'
                '      "description": "%s"\n    }\n  ]\n}',
            ),
            (
                '{\r\n\t"models": [\r\n\t]\r\n}\r\n',
                '{\r\n\t"models": [\r\n\t\t{\r\n\t\t\t"id": "x",\r\n'
                '\t\t\t"description": "%s"\r\n\t\t}\r\n\t]\r\n}\r\n',
            ),
        ],
        ids=["one-line", "nothing-to-go-by", "tabs"],
    )
    def test_the_first_entry(self, before: str, wanted: str) -> None:
        long = "d" * 100
        assert insert_entry(before, {"id": "x", "description": long}) == wanted % long

    def test_where_nothing_shows_how_lists_look_they_look_like_ours(self) -> None:
        before = '{\n    "version": "1.0",\n    "models": []\n}\n'
        after = insert_entry(before, {"id": "x", "aliases": ["a", "b"], "name": "n" * 80})
        assert '            "aliases": ["a", "b"],\n' in after

    def test_what_a_person_laid_out_stays(self) -> None:
        before = (
            '{ "models" : [\n  { "id":"a",   "type": "dense",\n    "specs": {\n'
            '      "embedding_dim" : 4  ,\n      "parameters":"1M" } } ] }'
        )
        specs = ("models", 0, "specs")
        after = set_value(before, (*specs, "embedding_dim"), 8)
        assert after == before.replace("4  ,", "8  ,")
        longer = set_value(after, (*specs, "context_length"), 512)
        assert longer == after.replace('"1M"', '"1M",\n      "context_length": 512')
        assert remove_value(longer, (*specs, "context_length")) == after
        assert '{\n      "parameters":"1M" }' in remove_value(after, (*specs, "embedding_dim"))


class TestRefusals:
    @pytest.mark.parametrize("before", ["{}", '{"models": {}}', "[]", "1"])
    def test_nowhere_to_insert(self, before: str) -> None:
        with pytest.raises(ValueError, match="no list /models"):
            insert_entry(before, {})

    @pytest.mark.parametrize("at", [-1, 3])
    def test_no_such_place(self, at: int) -> None:
        with pytest.raises(ValueError, match="no place"):
            insert_entry('{"models": [{}, {}]}', {}, at)

    @pytest.mark.parametrize("pointer", [("a", "b"), ("l", 1), ("l", "x"), ("o", 0), (0,)])
    def test_a_way_that_leads_nowhere(self, pointer: Pointer) -> None:
        before = '{"a": 1, "l": [0], "o": {}}'
        with pytest.raises(ValueError, match="no place to add it"):
            set_value(before, pointer, 2)
        assert remove_value(before, pointer) == before

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"\udfff": 1}])
    def test_values_that_json_cannot_hold(self, value: object) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - json's own words, or the codec's
            set_value('{"a": 1}', ("a",), value)


_gaps = st.lists(
    st.sampled_from(["", " ", "  ", "\t", "\n", "\r\n", "\n\n  ", "\r\n\t"]), min_size=1, max_size=9
)


@st.composite
def _texts(draw: st.DrawFn) -> str:
    """Catalogues with arbitrary JSON in them, as a person may have typed them."""
    models = draw(st.lists(st.dictionaries(text, documents, max_size=4), max_size=4))
    data = {"version": "1.0", "models": models, "types": draw(documents)}
    layouts = st.sampled_from([Layout(), Layout(newline="\r\n"), Layout("\t"), Layout(width=0)])
    if draw(st.booleans()):
        return draw(layouts).render(data)
    gaps = cycle(draw(_gaps))

    def put(value: Any) -> str:
        def gap() -> str:
            return next(gaps)

        if isinstance(value, dict):
            parts = (
                f"{gap()}{json.dumps(k)}{gap()}:{gap()}{put(v)}{gap()}" for k, v in value.items()
            )
            return "{" + (",".join(parts) or gap()) + "}"
        if isinstance(value, list):
            return "[" + (",".join(f"{gap()}{put(v)}{gap()}" for v in value) or gap()) + "]"
        return json.dumps(value, ensure_ascii=False)

    return f"{next(gaps)}{put(data)}{next(gaps)}"


def _pointers(value: Any, above: Pointer = ()) -> list[Pointer]:
    inside: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    return [above, *(way for key, child in inside for way in _pointers(child, (*above, key)))]


def _around(before: str, after: str) -> tuple[str, str]:
    """The common beginning and end of both texts."""
    size = min(len(before), len(after))
    start = next((i for i in range(size) if before[i] != after[i]), size)
    end = next((i for i in range(size - start) if before[-1 - i] != after[-1 - i]), size - start)
    return before[:start], before[len(before) - end :]


@often
@given(before=_texts(), value=documents, data=st.data())
def test_replacing(before: str, value: Any, data: st.DataObject) -> None:
    wanted = json.loads(before)
    pointer = data.draw(st.sampled_from(_pointers(wanted)[1:]))
    after = set_value(before, pointer, value)
    look_up(wanted, *pointer[:-1])[pointer[-1]] = value
    assert spelled(json.loads(after)) == spelled(wanted)
    assert set_value(after, pointer, value) == after
    _only_the_entry_changed(before, after, pointer)


@often
@given(before=_texts(), value=documents, key=text, data=st.data())
@example('{"models": [{"a":\n{}}]}', 1, "b", None)
def test_adding_a_key(before: str, value: Any, key: str, data: st.DataObject | None) -> None:
    wanted = json.loads(before)
    places = [way for way in _pointers(wanted) if isinstance(look_up(wanted, *way), dict)]
    place = data.draw(st.sampled_from(places)) if data else places[-1]
    after = set_value(before, (*place, key), value)
    target = look_up(wanted, *place)
    was_there = key in target
    target[key] = value
    assert spelled(json.loads(after)) == spelled(wanted)
    if not was_there:
        removed = remove_value(after, (*place, key))
        del target[key]
        assert spelled(json.loads(removed)) == spelled(wanted)
        assert remove_value(removed, (*place, key)) == removed
    _only_the_entry_changed(before, after, (*place, key))


@often
@given(before=_texts(), data=st.data())
def test_removing(before: str, data: st.DataObject) -> None:
    wanted = json.loads(before)
    pointer = data.draw(st.sampled_from(_pointers(wanted)[1:]))
    after = remove_value(before, pointer)
    del look_up(wanted, *pointer[:-1])[pointer[-1]]
    assert spelled(json.loads(after)) == spelled(wanted)
    _only_the_entry_changed(before, after, pointer)


@often
@given(before=_texts(), new=st.dictionaries(text, documents, max_size=4), data=st.data())
def test_inserting(before: str, new: Json, data: st.DataObject) -> None:
    wanted = json.loads(before)
    at = data.draw(st.integers(0, len(wanted["models"])))
    after = insert_entry(before, new, at)
    wanted["models"].insert(at, new)
    assert spelled(json.loads(after)) == spelled(wanted)
    if len(wanted["models"]) > 1:  # no existing character is changed or moved
        start, end = _around(before, after)
        assert len(start) + len(end) == len(before)
        # New lines have the same line ends as the others.
        assert "\n" not in after.replace("\r\n", "") or "\n" in before.replace("\r\n", "")


def _only_the_entry_changed(before: str, after: str, pointer: Pointer) -> None:
    """The text before and after the entry is unchanged, byte for byte."""
    match pointer:
        case ("models", int(index), _, *_):
            start, end = _spans(before)[index]
            assert after.startswith(before[:start])
            assert after.endswith(before[end:])
        case _:
            pass


def _spans(source: str) -> list[tuple[int, int]]:
    """The start and end of each entry, found by parsing one after the other."""
    decoder = json.JSONDecoder()
    at = source.index("[", source.index('"models"'))
    spans = list[tuple[int, int]]()
    while True:
        at = next(i for i in range(at + 1, len(source)) if source[i] in "{]")
        if source[at] == "]":
            return spans
        _, end = decoder.raw_decode(source, at)
        spans.append((at, end))
        at = end - 1


@given(data=st.data())
def test_keys_of_an_entry_come_in_the_order_of_the_schema(data: st.DataObject) -> None:
    """In whatever order they are added, each goes after those that precede it in the schema."""
    model = data.draw(st.sampled_from(CATALOGUE["models"]))
    order = list(type_schema(model["type"])["properties"])
    before = Layout().render({"models": [{"type": model["type"]}]})
    for key in data.draw(st.permutations([key for key in model if key != "type"])):
        before = set_value(before, ("models", 0, key), deepcopy(model[key]))
    (made,) = json.loads(before)["models"]
    assert made == model
    assert list(made) == [key for key in order if key in model]

"""Generated classes at run time: they behave like dataclasses, but are made differently."""

import ast
import copy
import dataclasses
import inspect
import json
import pickle
import subprocess
import sys
import typing
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pydantic
import pytest

from catalogues import catalogue, entry, one_of_each
from generating import generate, load
from registry_codegen.write import write_files

VARIANT = {"id": "q4", "quantization": "q4_0", "file": "a.gguf"}
METADATA = {"a": 1, "b": [1, [2, {"c": None}], {}], "d": {"e": {"f": "g"}}}


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    full = entry("full", metadata=METADATA, variants=[VARIANT], aliases=["all"])
    source = generate(tmp_path_factory.mktemp("each"), catalogue(*one_of_each(), full))
    return load(source, "generated_classes")


@pytest.fixture
def model(module: ModuleType) -> Any:
    return module.FULL


def least(module: ModuleType, **fields: Any) -> Any:
    """A model made by hand from the fields without a default."""
    required: dict[str, Any] = {
        "id": "by-hand",
        "name": "By hand",
        "description": "Made by hand.",
        "huggingface_id": "org/by-hand",
        "organization": "org",
        "parameters": "1M",
        "parameter_count": 1_000_000,
        "embedding_dim": 8,
    }
    return module.DenseModel(**(required | fields))


def test_it_is_a_dataclass(module: ModuleType, model: Any) -> None:
    assert dataclasses.is_dataclass(module.DenseModel)
    assert dataclasses.is_dataclass(model)
    assert dataclasses.is_dataclass(module.ModelInfo)
    assert dataclasses.is_dataclass(module.Variant)
    assert not dataclasses.is_dataclass(module.FrozenDict)


def test_fields_are_those_of_the_annotations(module: ModuleType) -> None:
    for cls in (module.ModelInfo, module.DenseModel, module.LlmModel, module.Variant):
        fields = dataclasses.fields(cls)
        annotated = dict[str, str]()
        for base in reversed(cls.__mro__):
            annotated |= inspect.get_annotations(base)
        names = [name for name, kind in annotated.items() if "ClassVar" not in kind]
        meaning = typing.get_type_hints(cls)
        assert {field.name: field.type for field in fields} == {n: meaning[n] for n in names}
        assert all(field.kw_only and field.init for field in fields)
    defaults = {field.name: field.default for field in dataclasses.fields(module.DenseModel)}
    assert defaults["embedding_dim"] is dataclasses.MISSING
    assert defaults["aliases"] == ()
    assert defaults["license"] is None
    assert defaults["status"] == "active"


def test_annotations_mean_something_at_run_time(module: ModuleType) -> None:
    hints = typing.get_type_hints(module.DenseModel)
    assert hints["kind"] == typing.ClassVar[typing.Literal["dense"]]
    assert hints["type"] == typing.ClassVar[typing.Literal[module.ModelType.Dense]]
    assert hints["embedding_dim"] is int
    assert hints["pooling"] == module.Pooling | None
    assert typing.get_args(hints["modalities"]) == (module.Modality, ...)
    assert typing.get_args(hints["variants"]) == (module.Variant, ...)
    assert hints["metadata"] == Mapping[str, object]
    evaluated = inspect.get_annotations(module.DenseModel, eval_str=True)
    assert evaluated["pooling"] == hints["pooling"]
    # As strings, as always with `from __future__ import annotations`.
    assert inspect.get_annotations(module.DenseModel)["embedding_dim"] == "int"


def test_annotations_of_functions_mean_something_too(module: ModuleType) -> None:
    for name in (each for each in module.__all__ if each.startswith(("get_", "find_", "models_"))):
        assert typing.get_type_hints(getattr(module, name))["return"], name
    hints = typing.get_type_hints(module.find_models)
    assert hints["status"] == module.Status | None
    assert typing.get_args(hints["return"]) == (module.AnyModel, ...)
    assert typing.get_type_hints(module.DenseModel.__init__)["pooling"] == module.Pooling | None


def test_the_signature_shows_the_fields(module: ModuleType) -> None:
    for cls in (module.ModelInfo, module.DenseModel, module.LlmModel, module.Variant):
        parameters = inspect.signature(cls).parameters
        assert all(each.kind is each.KEYWORD_ONLY for each in parameters.values())
        assert parameters.keys() == {field.name for field in dataclasses.fields(cls)}
        for field in dataclasses.fields(cls):
            default = parameters[field.name].default
            wanted = default if default is not inspect.Parameter.empty else dataclasses.MISSING
            assert field.default is wanted


def test_pydantic_takes_models_as_fields(module: ModuleType, model: Any) -> None:
    adapter = pydantic.TypeAdapter[Any](module.DenseModel | module.LlmModel)
    assert adapter.validate_python(model) is model
    plain = module.SOME_DENSE
    assert adapter.validate_json(adapter.dump_json(plain)) == plain
    dense = pydantic.TypeAdapter[Any](module.DenseModel)
    with pytest.raises(pydantic.ValidationError, match="pooling"):
        dense.validate_python(dataclasses.asdict(model) | {"pooling": "no such"})


def test_pydantic_reads_a_model_of_several_classes_as_what_it_was(module: ModuleType) -> None:
    either = pydantic.TypeAdapter[Any](module.AnyModel)
    for model in module.MODEL_REGISTRY:
        if model is not module.FULL:  # its metadata has a list, which JSON does not give back
            assert either.validate_json(either.dump_json(model)) == model
            assert either.validate_python(either.dump_python(model)) == model
    written = either.dump_python(module.SOME_SPARSE)
    assert written["kind"] == "sparse"
    with pytest.raises(pydantic.ValidationError) as caught:
        pydantic.TypeAdapter(module.DenseModel).validate_python(written)
    assert [error["type"] for error in caught.value.errors()] == ["kind"]


def test_a_schema_of_pydantic_says_the_kind_and_every_default(
    module: ModuleType, recwarn: pytest.WarningsRecorder
) -> None:
    adapter = pydantic.TypeAdapter[Any](module.DenseModel)
    properties = adapter.json_schema(mode="serialization")["properties"]
    assert properties["kind"]["const"] == "dense"
    assert properties["metadata"]["default"] == {}
    assert not recwarn.list


def test_as_dict_is_json(model: Any) -> None:
    plain = dataclasses.asdict(model)

    assert list(plain) == [field.name for field in dataclasses.fields(model)]
    assert plain["embedding_dim"] == 768
    assert plain["variants"][0]["file"] == "a.gguf"
    written = json.loads(json.dumps(plain))
    assert written["metadata"] == METADATA
    assert written["aliases"] == ["all"]


def test_as_tuple_and_replace(module: ModuleType, model: Any) -> None:
    assert len(dataclasses.astuple(model)) == len(dataclasses.fields(model))
    other = dataclasses.replace(model, embedding_dim=64)
    assert (other.embedding_dim, other.id) == (64, "full")
    assert model.embedding_dim == 768
    assert type(other) is module.DenseModel
    assert model.__replace__(embedding_dim=64) == other  # copy.replace of Python 3.13
    with pytest.raises(TypeError, match="no_such"):
        dataclasses.replace(model, no_such=1)


def test_equality_and_hash(module: ModuleType, model: Any) -> None:
    one, same, other = least(module), least(module), least(module, pooling="mean")
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "by-hand"
    assert one is not same
    assert {one, same, other} == {one, other}
    assert len(dict.fromkeys(module.MODEL_REGISTRY, 1)) == len(module.MODEL_REGISTRY)
    assert module.SOME_DENSE != module.SOME_SPARSE
    # An explicit default equals an omitted one.
    assert least(module, aliases=(), license=None, status="active") == one
    # Records inside a model also compare by value.
    assert module.Variant(id="a", quantization="b") == module.Variant(id="a", quantization="b")


def test_a_text_of_a_model_is_its_id(module: ModuleType) -> None:
    assert f"{module.SOME_DENSE}" == str(module.SOME_DENSE) == module.SOME_DENSE.id


def test_repr_shows_what_was_given_and_reads_back(module: ModuleType, model: Any) -> None:
    one = least(module, aliases=("a",), metadata=module.FrozenDict({"a": (1,)}))

    assert repr(one).startswith("DenseModel(id='by-hand', name='By hand', ")
    assert "license" not in repr(one)
    assert (
        eval(
            repr(one).replace("metadata={'a': (1,)}", "metadata=FrozenDict({'a': (1,)})"),
            vars(module),
        )
        == one
    )
    assert repr(module.Variant(id="a", quantization="b")) == "Variant(id='a', quantization='b')"


def test_frozen(model: Any) -> None:
    for name in ("id", "embedding_dim", "license", "kind", "no_such"):
        with pytest.raises(dataclasses.FrozenInstanceError, match=name):
            setattr(model, name, 1)
        with pytest.raises(dataclasses.FrozenInstanceError, match=name):
            delattr(model, name)
    assert issubclass(dataclasses.FrozenInstanceError, AttributeError)


def test_slots(module: ModuleType, model: Any) -> None:
    for made in (model, module.Variant(id="a", quantization="b")):
        assert not hasattr(made, "__dict__")
        with pytest.raises(AttributeError):
            object.__setattr__(made, "no_such", 1)
    with pytest.raises(AttributeError, match="no_such"):
        _ = model.no_such
    assert not hasattr(module.SOME_LLM, "embedding_dim")
    assert not hasattr(module.SOME_CROSS_ENCODER, "pooling")


def test_wrong_arguments(module: ModuleType) -> None:
    with pytest.raises(TypeError, match="missing 7 required keyword-only arguments: 'name', "):
        module.DenseModel(id="a")
    with pytest.raises(TypeError, match="unexpected keyword argument 'no_such'"):
        least(module, no_such=1)
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given"):
        module.DenseModel("by-hand")
    with pytest.raises(TypeError):
        module.Variant()


def test_copies_are_the_model_itself(model: Any) -> None:
    assert copy.copy(model) is model
    assert copy.deepcopy(model) is model
    assert copy.deepcopy([model])[0] is model


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(module: ModuleType, protocol: int) -> None:
    for model in (*module.MODEL_REGISTRY, least(module)):
        back = pickle.loads(pickle.dumps(model, protocol))
        assert back == model
        assert type(back) is type(model)
        assert hash(back) == hash(model)
    back = pickle.loads(pickle.dumps(module.FULL, protocol))
    assert back.metadata == METADATA_FROZEN
    assert type(back.metadata) is type(back.metadata["d"]) is module.FrozenDict
    assert isinstance(back.variants[0], module.Variant)


METADATA_FROZEN = {"a": 1, "b": (1, (2, {"c": None}), {}), "d": {"e": {"f": "g"}}}


def test_subclass_by_the_standard_library(module: ModuleType) -> None:
    @dataclasses.dataclass(frozen=True)
    class Mine(module.DenseModel):  # type: ignore[name-defined,misc]  # made in the test
        price: float = 0.0

    names = [field.name for field in dataclasses.fields(module.DenseModel)]
    assert [field.name for field in dataclasses.fields(Mine)] == [*names, "price"]
    assert [field.name for field in dataclasses.fields(module.DenseModel)] == names
    values = dataclasses.asdict(least(module))
    mine = Mine(**values, price=2.5)
    assert (mine.price, mine.embedding_dim, mine.kind) == (2.5, 8, "dense")
    assert isinstance(mine, module.DenseModel)
    assert dataclasses.replace(mine, price=1.0).price == 1.0


def test_subclass_without_a_decorator(module: ModuleType) -> None:
    class Mine(module.DenseModel):  # type: ignore[name-defined,misc]  # made in the test
        def width(self) -> int:
            return int(self.embedding_dim)

    mine = Mine(**dataclasses.asdict(least(module)))
    assert mine.width() == 8
    assert type(dataclasses.replace(mine, embedding_dim=4)) is Mine


def test_match_statement(module: ModuleType, model: Any) -> None:
    match model:
        case module.LlmModel():
            pytest.fail("a dense model is not an LLM")
        case module.DenseModel(embedding_dim=768, id=name):
            assert name == "full"
        case _:
            pytest.fail("no match")


def test_kind_and_type(module: ModuleType) -> None:
    for model in module.MODEL_REGISTRY:
        assert model.kind == model.type == module.ModelType(model.kind)
        assert isinstance(model.type, module.ModelType)
        assert f"{model.type}" == model.kind
    with pytest.raises(ValueError, match="no-such"):
        module.ModelType("no-such")


def test_every_class_is_under_model_info(module: ModuleType) -> None:
    for model in module.MODEL_REGISTRY:
        assert isinstance(model, module.ModelInfo)
        assert type(model).__doc__
        assert type(model).__module__.startswith(f"{module.__name__}_parts.type_")
        assert type(model).__qualname__ == type(model).__name__


def test_free_form_values_are_read_only_all_the_way_down(module: ModuleType, model: Any) -> None:
    frozen: Any = model.metadata
    assert isinstance(frozen, Mapping)
    assert frozen == METADATA_FROZEN
    assert hash(frozen) == hash(copy.copy(frozen))
    assert copy.deepcopy(frozen) is frozen
    each: Any
    for each in (frozen, frozen["d"], frozen["d"]["e"], frozen["b"][2]):
        for change in (
            lambda d=each: d.__setitem__("x", 1),
            lambda d=each: d.__delitem__("a"),
            lambda d=each: d.__ior__({"x": 1}),
            lambda d=each: d.update(x=1),
            lambda d=each: d.setdefault("x", 1),
            lambda d=each: d.pop("a", None),
            each.popitem,
            each.clear,
        ):
            with pytest.raises(TypeError, match="read-only"):
                change()
    assert frozen == METADATA_FROZEN
    assert {**frozen, "x": 1}["x"] == 1
    assert module.SOME_DENSE.metadata == {}


def test_words_of_the_types_at_run_time(module: ModuleType) -> None:
    assert get_args(module.ModelId) == tuple(module.MODELS_BY_ID)
    assert get_args(module.DenseModelId) == ("full", "some-dense")
    assert get_args(module.Status) == ("active", "deprecated")
    assert "maxsim" in get_args(module.Similarity)
    assert None not in get_args(module.Pooling)
    with pytest.raises(AttributeError, match="NoSuchId"):
        _ = module.NoSuchId
    assert module.Filters.__optional_keys__ | {"model_type"} == set(
        inspect.signature(module.find_models).parameters
    )
    assert typing.get_type_hints(module.Filters)["status"] == module.Status | None


def test_star_import_brings_what_is_promised(module: ModuleType) -> None:
    assert len(module.__all__) == len(set(module.__all__))
    assert all(hasattr(module, name) for name in module.__all__)
    assert {"FULL", "DenseModel", "ModelType", "MODEL_REGISTRY", "MODELS_BY_ID"} <= set(
        module.__all__
    )


def test_registry_is_a_tuple_in_catalogue_order(module: ModuleType) -> None:
    models = module.MODEL_REGISTRY
    assert type(models) is tuple
    assert models is module.MODEL_REGISTRY
    assert [model.id for model in models] == list(module.MODELS_BY_ID)
    assert module.FULL in models
    assert models[:2] == (models[0], models[1])
    assert models == tuple(module.MODELS_BY_ID.values())


def test_models_by_id(module: ModuleType) -> None:
    by_id = module.MODELS_BY_ID
    assert isinstance(by_id, Mapping)
    assert len(by_id) == len(module.MODEL_REGISTRY)
    assert by_id["full"] is by_id.get("full") is module.FULL
    assert "full" in by_id
    for absent in ("no-such", "", "FULL", "full\nsome-dense", 3):
        assert absent not in by_id
    assert by_id.get("no-such") is None
    for absent in ("no-such", "full\nsome-dense"):
        with pytest.raises(KeyError, match=r"no-such|full"):
            by_id[absent]
    assert by_id == {model.id: model for model in module.MODEL_REGISTRY}


def test_registry_is_read_only(module: ModuleType) -> None:
    with pytest.raises(TypeError):
        module.MODELS_BY_ID["full"] = None
    assert isinstance(module.models_by_type(module.ModelType.Dense), tuple)


def test_the_stub_names_what_there_is_at_run_time(tmp_path: Path) -> None:
    models = [entry(f"m-{number}") for number in range(60)]
    files = generate(tmp_path, catalogue(*models, entry("l", "llm")))
    module = load(files, "generated_stubbed")
    stub = ast.parse(files["_generated.pyi"])
    *_, listed = stub.body
    assert isinstance(listed, ast.Assign)
    names = ast.literal_eval(listed.value)
    assert len(names) == len(set(names))
    assert set(module.__all__) < set(names)
    assert {*names} <= {*dir(module)}
    assert all(hasattr(module, name) for name in names)
    # Each constant comes from the one module that defines it, so editors jump there.
    starred = [node.module or "" for node in stub.body if isinstance(node, ast.ImportFrom)]
    for part in ("models_dense_1", "models_dense_2", "type_llm"):
        assert starred.count(f"_generated_parts.{part}") == 1 + (part == "type_llm")


def test_an_editor_shows_the_facts_first(module: ModuleType, tmp_path: Path) -> None:
    shown = entry("shown", "colbert", license="MIT", name="Shown", description="Long. " * 40)
    files = generate(tmp_path, catalogue(shown))
    text = files["_generated_parts/type_colbert.py"]
    described = ast.parse(text).body[-1]
    assert isinstance(described, ast.Expr)
    first, blank, *rest = ast.literal_eval(described.value).splitlines()
    assert first == "768 dimensions · 512 tokens · 110M parameters · MIT · org/shown"
    assert blank == ""
    assert " ".join(rest).strip() == shown["description"].strip()


@pytest.mark.parametrize("count", [256, 257, 600])
def test_no_literal_of_an_overload_is_longer_than_every_checker_takes(
    count: int, tmp_path: Path
) -> None:
    models = [entry(f"m-{number}") for number in range(count)]
    files = generate(tmp_path, catalogue(*models, entry("l", "llm")))
    for node in ast.walk(ast.parse(files["_generated_parts/ids.py"])):
        match node:
            case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=members)):
                assert len(members) <= 256
            case _:
                pass
    module = load(files, "generated_long")
    assert get_args(module.ModelId) == tuple(module.MODELS_BY_ID)
    assert len(get_args(module.DenseModelId)) == count
    overloads = files["_generated_parts/lookup.py"].count(") -> aliases.DenseModel: ...")
    assert overloads == -(-count // 256)


@pytest.mark.parametrize(
    ("use", "parts"),
    [
        ("m.CATALOGUE_VERSION, m.get_model, m.MODELS_BY_ID", set[str]()),
        ("'m-7' in m.MODELS_BY_ID, list(m.MODELS_BY_ID), len(m.MODELS_BY_ID)", set[str]()),
        ("m.M_7.name", {"models_dense_1", "type_dense"}),
        ("m.get_model('m-7')", {"models_dense_1", "type_dense"}),
        ("m.MODELS_BY_ID['m-7']", {"models_dense_1", "type_dense"}),
        ("m.find_model('ORG/M-7')", {"models_dense_1", "type_dense"}),
        ("m.find_models(model_type='llm', organization='ORG')", {"type_llm"}),
        ("m.models_by_type('llm')", {"type_llm"}),
        ("m.DenseModel", {"type_dense"}),
        (
            "m.M_7 in m.MODEL_REGISTRY",
            {"models_dense_1", "models_dense_2", "type_dense", "type_llm"},
        ),
    ],
)
def test_nothing_is_imported_that_is_not_asked_for(
    use: str, parts: set[str], tmp_path: Path
) -> None:
    models = [entry(f"m-{number}") for number in range(100)]
    files = generate(tmp_path, catalogue(*models, entry("l", "llm")))
    module = load(files, "generated_in_parts")
    eval(use, {"m": module})
    package = f"{module.__name__}_parts."
    imported = {name.removeprefix(package) for name in sys.modules if name.startswith(package)}
    assert {name for name in imported if name.startswith(("type_", "models_"))} == parts


def test_import_needs_nothing_heavy(tmp_path: Path) -> None:
    """Neither `dataclasses` nor `typing`, which take longer to import than the models."""
    write_files(tmp_path / "acme" / "_generated.py", generate(tmp_path, catalogue(entry())))
    program = (
        "import sys; before = set(sys.modules);"
        "from acme import _generated as m; m.SOME_MODEL.license; m.get_model('some-model');"
        "heavy = {'dataclasses', 'typing', 'inspect', 're', 'json'};"
        "print(sorted(heavy & (set(sys.modules) - before)))"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {program}"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == "[]"

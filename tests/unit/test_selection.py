"""Short keys for models, and which model is selected: catalogue, pyproject.toml, environment."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import generating
import registry
import registry_codegen
from catalogues import entry
from registry import (
    ALL_MINILM_L6_V2,
    ALL_MPNET_BASE_V2,
    BGE_M3,
    MISTRAL_7B_INSTRUCT_V0_2,
    MS_MARCO_MINILM_L6_V2,
    QWEN3_1_7B,
    SELECTED_DEFAULTS,
    AnyModel,
    ModelType,
    UnknownModelError,
    find_model,
    models_by_type,
)
from registry.errors import CatalogueFileError, RegistryError, SelectionError, UnknownKeyError
from registry.models.model_map import ModelMap
from registry.selection.pyproject import read_selected
from registry.selection.roles import (
    CROSS_ENCODER_MODELS,
    EMBEDDING_MODELS,
    LLM_MODELS,
    ROLES,
    Role,
    selected_cross_encoder_model,
    selected_embedding_model,
    selected_llm_model,
    selection,
    variable,
)
from registry_codegen.compile import compile_catalogue, load_module
from registry_codegen.errors import CatalogueError
from registry_codegen.options import Options
from registry_codegen.schema import roles

SOURCES = os.pathsep.join(
    str(Path(module.__file__ or "").parents[1]) for module in (registry, registry_codegen)
)
MAPS = [
    (EMBEDDING_MODELS, ModelType.Dense),
    (CROSS_ENCODER_MODELS, ModelType.CrossEncoder),
    (LLM_MODELS, ModelType.Llm),
]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project as the current folder, with no selection in the environment."""
    for role in ROLES:
        monkeypatch.delenv(variable(role), raising=False)
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, folder: Path | None = None) -> Path:
    path = (folder or Path.cwd()) / "pyproject.toml"
    path.write_bytes(text.encode())
    return path


def failure(role: Role = "embedding") -> str:
    with pytest.raises(SelectionError) as caught:
        selection(role)
    return str(caught.value)


class TestShortKeys:
    def test_the_same_key_names_a_model_of_each_type(self) -> None:
        assert EMBEDDING_MODELS["miniLM"] is ALL_MINILM_L6_V2
        assert CROSS_ENCODER_MODELS["miniLM"] is MS_MARCO_MINILM_L6_V2
        assert LLM_MODELS["mistral"] is MISTRAL_7B_INSTRUCT_V0_2
        assert LLM_MODELS["qwen3_medium"] is QWEN3_1_7B

    @pytest.mark.parametrize(("models", "model_type"), MAPS)
    def test_every_id_and_alias_of_the_type_is_a_key(
        self, models: ModelMap[AnyModel], model_type: ModelType
    ) -> None:
        wanted = {
            key: model for model in models_by_type(model_type) for key in (model.id, *model.aliases)
        }
        assert dict(models) == wanted
        assert list(models) == list(wanted)
        assert len(models) == len(wanted) > len(models_by_type(model_type))
        for key in models:
            assert models[key] is find_model(key, model_type=model_type)
            assert models[key.upper()] is models[key]
            assert key in models
            assert key.upper() in models

    def test_it_is_a_mapping_that_cannot_be_changed(self) -> None:
        assert isinstance(EMBEDDING_MODELS, Mapping)
        with pytest.raises(TypeError):
            EMBEDDING_MODELS["mine"] = BGE_M3  # type: ignore[index]  # checkers refuse it too
        with pytest.raises(TypeError):
            del EMBEDDING_MODELS["bge"]  # type: ignore[attr-defined]  # as above

    @pytest.mark.parametrize("key", ["mpnt", "mistral", "", "BAAI/bge-m4", 7, None, ("a",)])
    def test_a_key_that_is_not_there(self, key: Any) -> None:
        assert key not in EMBEDDING_MODELS
        assert EMBEDDING_MODELS.get(key) is None
        assert EMBEDDING_MODELS.get(key, BGE_M3) is BGE_M3
        for kind in (UnknownModelError, KeyError, RegistryError, UnknownKeyError):
            with pytest.raises(kind):
                EMBEDDING_MODELS[key]

    @pytest.mark.parametrize(
        ("key", "suggestions", "message"),
        [
            ("mpnt", ("mpnet",), "there is no dense model 'mpnt'; did you mean mpnet?"),
            (
                "ALLminilmL6",
                ("all-minilm-l6-v2",),
                "there is no dense model 'ALLminilmL6'; did you mean all-minilm-l6-v2?",
            ),
            ("MiniL", ("miniLM",), "there is no dense model 'MiniL'; did you mean miniLM?"),
            (
                "mistral",
                ("mistral-embed",),
                "'mistral' is not a model of type dense; it is a name of mistral-7b-instruct-v0.2 "
                "(llm); "
                "did you mean mistral-embed?",
            ),
            (
                "baai/BGE-m4",
                ("BAAI/bge-m3", "BAAI/bge-small-en", "BAAI/bge-en-icl"),
                "there is no dense model 'baai/BGE-m4'; did you mean BAAI/bge-m3 or "
                "BAAI/bge-small-en or BAAI/bge-en-icl?",
            ),
        ],
    )
    def test_the_error_says_what_may_be_meant(
        self, key: str, suggestions: tuple[str, ...], message: str
    ) -> None:
        with pytest.raises(UnknownKeyError) as caught:
            EMBEDDING_MODELS[key]
        for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
            assert (error.key, error.suggestions, str(error)) == (key, suggestions, message)

    def test_suggestions_are_keys_that_are_there(self) -> None:
        for key in list(LLM_MODELS)[:40]:
            for suggestion in LLM_MODELS.here.suggestions(f"{key}x"):
                assert suggestion in LLM_MODELS


class TestImports:
    def run(self, program: str) -> str:
        # -S: ignore what site-packages import by themselves.
        command = [sys.executable, "-S", "-c", f"import sys; {program}"]
        environment = {**os.environ, "PYTHONPATH": SOURCES}
        return subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout

    def test_importing_the_registry_does_not_import_selections(self) -> None:
        assert (
            self.run("import registry; print('registry.selection.roles' in sys.modules)")
            == "False\n"
        )

    def test_selections_need_the_standard_library_alone(self) -> None:
        foreign = self.run(
            "import registry.selection.roles;"
            "print({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
        )
        ours = {"registry", "registry_base", "registry_codegen", "__main__"}
        assert eval(foreign) <= ours


class TestWhichModelServes:
    def test_the_catalogue_has_a_default_for_each_role(self) -> None:
        assert (
            selected_embedding_model(),
            selected_cross_encoder_model(),
            selected_llm_model(),
        ) == (
            ALL_MINILM_L6_V2,
            MS_MARCO_MINILM_L6_V2,
            QWEN3_1_7B,
        )
        for role in ROLES:
            found = selection(role)
            assert found.model is SELECTED_DEFAULTS[role]
            assert (found.role, found.source, found.origin) == (role, "catalogue", "catalogue")

    def test_pyproject_overrules_the_catalogue_and_the_environment_both(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write('[tool.registry.selected]\nembedding = "mpnet"\nllm = "mistral"\n')
        assert selected_embedding_model() is ALL_MPNET_BASE_V2
        assert selected_llm_model() is MISTRAL_7B_INSTRUCT_V0_2
        assert selected_cross_encoder_model() is MS_MARCO_MINILM_L6_V2
        assert selection("llm").origin == "pyproject.toml:3"
        assert selection("llm").source == "pyproject"
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", "bge-m3")
        monkeypatch.setenv("REGISTRY_CROSS_ENCODER_MODEL", "miniLM-L12")
        monkeypatch.setenv("REGISTRY_LLM_MODEL", "")
        assert selected_embedding_model() is BGE_M3
        assert selected_cross_encoder_model() is CROSS_ENCODER_MODELS["miniLM-L12"]
        assert selected_llm_model() is MISTRAL_7B_INSTRUCT_V0_2
        found = selection("embedding")
        assert (found.source, found.origin) == ("environment", "REGISTRY_EMBEDDING_MODEL")

    def test_the_nearest_pyproject_counts_alone(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write('[tool.registry.selected]\nembedding = "mpnet"\n')
        deep = project / "a" / "b"
        deep.mkdir(parents=True)
        monkeypatch.chdir(deep)
        found = selection("embedding")
        assert found.model is ALL_MPNET_BASE_V2
        assert found.origin == f"{project / 'pyproject.toml'}:2"
        (project / "a" / "pyproject.toml").touch()
        assert selection("embedding").source == "catalogue"
        write('[tool.registry.selected]\nembedding = "bge"\n', project / "a")
        assert selected_embedding_model() is BGE_M3
        # A folder of that name is an error: skipping it could miss the project's settings.
        (deep / "pyproject.toml").mkdir()
        with pytest.raises(SelectionError):
            selected_embedding_model()

    def test_a_folder_that_is_gone_has_no_pyproject(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gone = project / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        try:
            assert selection("llm").source == "catalogue"
        finally:
            os.chdir(project)

    @pytest.mark.parametrize("key", ["bge-m3", "BGE", "BAAI/bge-m3", "bge-m3:567m"])
    def test_ids_aliases_and_repositories_name_a_model(
        self, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", key)
        assert selected_embedding_model() is BGE_M3

    def test_a_selection_is_a_value(self) -> None:
        assert selection("llm") == selection("llm")
        with pytest.raises(FrozenInstanceError):
            selection("llm").origin = "elsewhere"  # type: ignore[misc]  # checkers refuse it too

    def test_a_role_that_there_is_not(self) -> None:
        assert failure("reranker") == (  # type: ignore[arg-type]  # checkers refuse it too
            "there is no role 'reranker'; there are embedding, cross_encoder, llm"
        )


class TestWhatIsWrongIsSaidWithItsPlace:
    def test_in_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", "mpnt")
        assert failure() == (
            "REGISTRY_EMBEDDING_MODEL: there is no dense model 'mpnt'; did you mean mpnet?"
        )
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", "mistral")
        assert failure().startswith(
            "REGISTRY_EMBEDDING_MODEL: 'mistral' is not a model of type dense; it is a name of "
            "mistral-7b-instruct-v0.2 (llm)"
        )

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                '# embedding\n[project]\nname = "embedding"\n\n'
                '[tool.registry.selected]\n\nembedding = "mpnt" # embedding\n',
                "pyproject.toml:7: embedding: there is no dense model 'mpnt'; did you mean mpnet?",
            ),
            (
                "tool.registry.selected.llm='mistral'\ntool.registry.selected.embedding='llama3'",
                "pyproject.toml:2: embedding: 'llama3' is not a model of type dense; it is a name "
                "of "
                "llama-3-8b-instruct (llm); `registry list --type dense` shows them all",
            ),
            (
                "\r\n[tool.registry]\r\nselected = {llm = 'mistral', 'embedding' = 'mpnt'}\r\n",
                "pyproject.toml:3: embedding: there is no dense model 'mpnt'; did you mean mpnet?",
            ),
            (
                '[tool.registry.selected]\nllm = "mistral"\nembeding = "mpnet"\n',
                "pyproject.toml:3: there is no role 'embeding'; did you mean embedding?",
            ),
            (
                '[tool.registry.selected]\ncross-encoder = "miniLM"\n',
                "pyproject.toml:2: there is no role 'cross-encoder'; did you mean cross_encoder?",
            ),
            (
                '[tool.registry.selected]\nxyz = "mpnet"\n',
                "pyproject.toml:2: there is no role 'xyz'; there are embedding, cross_encoder, llm",
            ),
            (
                "[tool.registry.selected]\nembedding = 7\n",
                "pyproject.toml:2: embedding should be the id of a model, not 7",
            ),
            (
                '[tool.registry.selected]\nembedding = ""\n',
                "pyproject.toml:2: embedding should be the id of a model, not ''",
            ),
            (
                '[tool]\nregistry = "mpnet"\n',
                "pyproject.toml:2: tool.registry should be a table",
            ),
            (
                "[[tool.registry.selected]]\nembedding = 'mpnet'\n",
                "pyproject.toml:1: tool.registry.selected should be a table",
            ),
            ("tool = 1", "pyproject.toml:1: tool should be a table"),
            (
                "[project]\nname = \n",
                "pyproject.toml:2:8: invalid TOML: invalid value",
            ),
            (
                "\n[project",
                "pyproject.toml:2: invalid TOML: expected ']' at the end of a table declaration",
            ),
            (
                "\ufeff[project]\n",
                "pyproject.toml:1:1: starts with a byte order mark; save it as UTF-8 without one",
            ),
            (f"a = {'[' * 5000}", "pyproject.toml: nested too deeply"),
            (f"a = {'9' * 5000}", "pyproject.toml: a number has too many digits"),
        ],
    )
    def test_in_pyproject(self, text: str, message: str) -> None:
        write(text)
        assert failure() == message

    def test_in_a_pyproject_further_up(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write('[tool.registry.selected]\nembedding = "mpnt"\n')
        (project / "sub").mkdir()
        monkeypatch.chdir(project / "sub")
        assert failure().startswith(f"{path}:2: embedding: ")

    def test_in_a_file_that_is_not_utf8(self, project: Path) -> None:
        (project / "pyproject.toml").write_bytes(b'[project]\nname = "\xff"\n')
        assert failure() == "pyproject.toml:2:9: not UTF-8 (byte 0xff); save it as UTF-8"

    def test_a_variable_gets_one_by_while_the_file_is_broken(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write("broken")
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", "mpnet")
        with pytest.raises(CatalogueFileError, match="invalid TOML"):
            selected_embedding_model()  # the catalogue in use is unknown
        monkeypatch.setenv("REGISTRY_CATALOGUE", "registry")
        assert selected_embedding_model() is ALL_MPNET_BASE_V2
        assert failure("llm").startswith("pyproject.toml:1: invalid TOML: ")

    def test_another_roles_mistake_is_left_to_that_role(self) -> None:
        write('[tool.registry.selected]\nembedding = "mpnet"\nllm = "nonsense"\n')
        assert selected_embedding_model() is ALL_MPNET_BASE_V2
        assert failure("llm").startswith("pyproject.toml:3: llm: there is no llm model 'nonsense'")

    @given(st.data())
    def test_the_line_is_that_of_the_key(self, data: st.DataObject) -> None:
        noise = st.sampled_from(
            [
                "",
                "# embedding = 'x'",
                "[tool.registry]",
                "[tool.embedding]",
                'embedding = "[tool.registry.selected]"',
                'text = """\n[tool.registry.selected]\nembedding = "x"\n"""',
                "list = [\n  'embedding',\n]",
            ]
        )
        before = data.draw(st.lists(noise, max_size=6, unique=True))
        inside = data.draw(st.lists(st.sampled_from(["", "# embedding", "llm = 'x'"]), unique=True))
        end = data.draw(st.sampled_from(["\n", "\r\n"]))
        above = [*before, "[tool.registry.selected]", *inside]
        lines = [*above, "embedding = 'mpnt'", "# embedding"]
        number = "\n".join(above).count("\n") + 2
        write("\n".join(lines).replace("\n", end))
        assert failure().startswith(f"pyproject.toml:{number}: embedding: ")

    @given(st.text(alphabet="[]=.\"'\n {},#ae1tol", max_size=40))
    def test_no_text_makes_it_fail_otherwise(self, text: str) -> None:
        path = write(text)
        with suppress(SelectionError):
            read_selected(path, tuple(ROLES))


RIGHT: tuple[dict[str, str] | None, ...] = (
    None,
    {},
    {"llm": "writer"},
    {"llm": "writer", "embedding": "some-encoder"},
)


class TestDefaultsOfACatalogue:
    models = (entry("some-encoder", "dense"), entry("other", "dense"), entry("writer", "llm"))

    def options(self, folder: Path, selected: Any = None, **more: Any) -> Options:
        data = {"models": self.models, **({} if selected is None else {"selected": selected})}
        (folder / "models.json").write_text(json.dumps(data, indent=1))
        return Options(folder, **more)

    def problems(self, folder: Path, selected: Any, **more: Any) -> list[str]:
        with pytest.raises(CatalogueError) as caught:
            compile_catalogue(self.options(folder, selected, **more))
        return [f"{each.pointer}: {each.message}" for each in caught.value.problems]

    def test_the_roles_are_those_of_the_schema(self) -> None:
        assert roles() == ROLES
        assert list(SELECTED_DEFAULTS) == list(ROLES)
        for role, model in SELECTED_DEFAULTS.items():
            assert model.kind == roles()[role]
        with pytest.raises(TypeError):
            SELECTED_DEFAULTS["llm"] = BGE_M3  # type: ignore[index]  # checkers refuse it too

    @pytest.mark.parametrize(
        ("selected", "problems"),
        [
            (
                {"embedding": "some-encodr"},
                [
                    '/selected/embedding: "some-encodr" is not an entry; did you mean '
                    '"some-encoder"?'
                ],
            ),
            (
                {"llm": "some-encoder", "embedding": "writer"},
                [
                    '/selected/llm: "some-encoder" is of type dense; llm takes llm; '
                    "name an entry of that type, or leave it out",
                    '/selected/embedding: "writer" is of type llm; embedding takes dense; '
                    "name an entry of that type, or leave it out",
                ],
            ),
            ({"embeding": "x"}, ['/selected/embeding: unknown field; did you mean "embedding"?']),
            ({"llm": 3}, ["/selected/llm: 3 should be a string"]),
            ([], ["/selected: [] should be an object"]),
        ],
    )
    def test_what_is_wrong_stops_the_build(
        self, tmp_path: Path, selected: Any, problems: list[str]
    ) -> None:
        assert self.problems(tmp_path, selected) == problems

    @pytest.mark.parametrize("selected", RIGHT)
    def test_the_generated_module_holds_them(self, tmp_path: Path, selected: Any) -> None:
        files = compile_catalogue(self.options(tmp_path, selected))
        module = generating.load(files, "generated_defaults")
        found = {role: model.id for role, model in module.SELECTED_DEFAULTS.items()}
        assert found == (selected or {})
        assert "SELECTED_DEFAULTS" in module.__all__

    @pytest.mark.heavy
    @pytest.mark.parametrize("selected", RIGHT)
    def test_the_generated_module_is_formatted(self, tmp_path: Path, selected: Any) -> None:
        files = compile_catalogue(self.options(tmp_path, selected))
        assert generating.formatted(files) == files

    def test_the_digest_covers_them_and_their_order_does_not_show(self, tmp_path: Path) -> None:
        first = {"llm": "writer", "embedding": "some-encoder"}
        sources = [
            compile_catalogue(self.options(tmp_path, selected))
            for selected in (first, dict(reversed(first.items())), {"llm": "writer"}, {}, None)
        ]
        assert sources[0] == sources[1]
        digests = [load_module(self.options(tmp_path, each)).digest for each in (first, {}, None)]
        assert digests[0] != digests[1] == digests[2]
        assert len({source["_generated.py"] for source in sources}) == 3

    def test_a_project_inherits_them_but_for_hidden_models(self, tmp_path: Path) -> None:
        self.options(tmp_path, {"llm": "writer", "embedding": "some-encoder"})
        (tmp_path / "models.json").rename(tmp_path / "public.json")
        (tmp_path / "own").mkdir()

        def chosen(selected: Any, *hide: str) -> dict[str, str]:
            data = {"models": [entry("mine", "dense")], "selected": selected}
            path = tmp_path / "own" / "models.json"
            path.write_text(json.dumps({k: v for k, v in data.items() if v is not None}))
            options = Options(tmp_path / "own", extends="../public.json", hide=hide)
            return dict(load_module(options).selected)

        assert chosen(None) == {"embedding": "some-encoder", "llm": "writer"}
        assert chosen({"embedding": "mine"}) == {"embedding": "mine", "llm": "writer"}
        assert chosen(None, "writer") == {"embedding": "some-encoder"}
        with pytest.raises(CatalogueError, match=r'models\.json:1:\d+: /selected/llm: "writer" is'):
            chosen({"llm": "writer"}, "writer")


class TestAVariableOfTheProjectsOwn:
    @pytest.fixture(autouse=True)
    def table(self, project: Path) -> None:
        write(
            "[tool.registry.selected]\n"
            'embedding = {env = "EMBED_MODEL", default = "bge-m3"}\n'
            'llm = {env = "LLM"}\n'
        )

    def test_it_counts_before_its_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert (selection("embedding").model.id, selection("embedding").source) == (
            "bge-m3",
            "pyproject",
        )
        monkeypatch.setenv("EMBED_MODEL", "")
        assert selection("embedding").model.id == "bge-m3"
        monkeypatch.setenv("EMBED_MODEL", "intfloat/e5-base-v2")
        found = selection("embedding")
        assert (found.model.id, found.source, found.origin) == (
            "e5-base-v2",
            "environment",
            "EMBED_MODEL",
        )

    def test_unset_and_without_a_default_it_says_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert selection("llm").source == "catalogue"
        monkeypatch.setenv("LLM", "qwen3-8b")
        assert selection("llm").model.id == "qwen3-8b"

    def test_the_registrys_own_variable_overrules_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EMBED_MODEL", "e5-base-v2")
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", "gte-base")
        assert selection("embedding").model.id == "gte-base"

    def test_a_mistake_in_it_names_the_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EMBED_MODEL", "bge-m4")
        assert failure().startswith("EMBED_MODEL: ")

    @pytest.mark.parametrize(
        "value", ["{}", '{env = ""}', "{env = 1}", '{env = "A B"}', '{env = "A", default = 1}',
                  '{env = "A", fallback = "x"}'],
    )  # fmt: skip
    def test_what_says_no_variable_is_refused(self, value: str) -> None:
        write(f"[tool.registry.selected]\nembedding = {value}\n")
        assert failure().startswith("pyproject.toml:2: embedding ")

"""The integrations for other libraries, run with those libraries."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
import typer
from click.testing import CliRunner
from fastapi import FastAPI
from fastapi.testclient import TestClient
from omegaconf import OmegaConf
from pgvector import Vector
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, text
from typer.testing import CliRunner as TyperRunner

import registry.integrations.argparse as arguments
from registry import ALL_MINILM_L6_V2, BGE_M3, QWEN3_8B, DenseModel, ModelConfig
from registry.errors import FingerprintMismatchError, InputError
from registry.integrations.click import ModelParam
from registry.integrations.omegaconf import register_resolver
from registry.integrations.pydantic import AnyField, DenseField, LlmField, ModelField
from registry.integrations.sqlalchemy import check_width, vector_column, width
from registry.integrations.typer import AnyOption, DenseOption, model_option

NAMES = ["bge-m3", "BGE_M3", "bge", "BAAI/bge-m3", "baai/BGE-m3", "bge-m3:567m"]


@pytest.fixture(autouse=True)
def nobody_selects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith("REGISTRY_")]:
        monkeypatch.delenv(name)


class Body(BaseModel):
    model: DenseField = ALL_MINILM_L6_V2
    writer: LlmField | None = None


class TestPydantic:
    @pytest.mark.parametrize("name", [*NAMES, BGE_M3])
    def test_any_name_becomes_the_model_and_is_written_as_its_id(self, name: Any) -> None:
        body = Body(model=name)
        assert body.model is BGE_M3
        assert body.model_dump() == {"model": "bge-m3", "writer": None}
        assert Body.model_validate_json(body.model_dump_json()) == body

    def test_a_default_is_a_model(self) -> None:
        assert Body().model is ALL_MINILM_L6_V2

    @pytest.mark.parametrize("name", ["bge-m4", "qwen3-8b", "", 7, None, "x" * 10_000, "{a}"])
    def test_an_error_is_short(self, name: Any) -> None:
        with pytest.raises(ValidationError) as caught:
            Body(model=name)
        (error,) = caught.value.errors()
        assert (error["type"], error["loc"]) == ("model", ("model",))
        assert len(error["msg"]) <= 300
        assert len(str(caught.value)) < 700

    @pytest.mark.parametrize("given", [DenseModel, SimpleNamespace(id="bge-m3"), {"id": "bge-m3"}])
    def test_only_names_and_models_are_taken(self, given: Any) -> None:
        fields: list[Any] = [DenseField, AnyField]
        for field in fields:
            with pytest.raises(ValidationError):
                TypeAdapter(field).validate_python(given)

    def test_the_schema_is_short_and_has_examples(self) -> None:
        schema = Body.model_json_schema()["properties"]["model"]
        assert schema["type"] == "string"
        assert schema["default"] == "all-minilm-l6-v2"
        assert len(schema["examples"]) == 3
        assert len(str(Body.model_json_schema())) < 1_500
        assert all(Body(model=each).model for each in schema["examples"])

    def test_settings_read_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Settings(BaseSettings):
            embed_model: DenseField = ALL_MINILM_L6_V2

        assert Settings().embed_model is ALL_MINILM_L6_V2
        monkeypatch.setenv("EMBED_MODEL", "BAAI/bge-m3")
        assert Settings().embed_model is BGE_M3
        monkeypatch.setenv("EMBED_MODEL", "bge-m4")
        with pytest.raises(ValidationError):
            Settings()

    def test_a_name_that_nobody_registered_may_be_open(self) -> None:
        field = ModelField("dense", unknown=lambda name: ModelConfig(name, 768, 512).as_dense())
        adapter: TypeAdapter[Any] = TypeAdapter(annotated(field))
        assert adapter.validate_python("acme/embed").embedding_dim == 768
        assert adapter.dump_python(adapter.validate_python("acme/embed")) == "acme/embed"
        with pytest.raises(ValidationError):  # a known model of another type
            adapter.validate_python("qwen3-8b")

    def test_paths_and_queries_of_fastapi(self) -> None:
        app = FastAPI()

        @app.get("/dim/{model}")
        def in_path(model: DenseField) -> int:
            return model.embedding_dim

        @app.get("/dim")
        def in_query(model: DenseField = ALL_MINILM_L6_V2) -> int:
            return model.embedding_dim

        @app.post("/body")
        def in_body(body: Body) -> Body:
            return body

        client = TestClient(app)
        assert client.get("/dim/bge-m3").json() == 1024
        assert client.get("/dim", params={"model": "BAAI/bge-m3"}).json() == 1024
        assert client.get("/dim").json() == 384
        assert client.post("/body", json={"model": "bge"}).json()["model"] == "bge-m3"
        wrong = client.get("/dim/bge-m4")
        assert wrong.status_code == 422
        assert len(wrong.text) < 500
        (parameter,) = client.get("/openapi.json").json()["paths"]["/dim/{model}"]["get"][
            "parameters"
        ]
        assert parameter["schema"]["type"] == "string"
        assert parameter["schema"]["examples"]
        assert len(client.get("/openapi.json").text) < 5_000


def annotated(field: ModelField) -> Any:
    from typing import Annotated

    return Annotated[str, field]


class TestArgparse:
    @pytest.mark.parametrize("name", NAMES)
    def test_any_name_becomes_the_model(self, name: str) -> None:
        parser = argparse.ArgumentParser()
        parser.add_argument("--model", type=arguments.DENSE, default=ALL_MINILM_L6_V2)
        assert parser.parse_args(["--model", name]).model is BGE_M3
        assert parser.parse_args([]).model is ALL_MINILM_L6_V2

    def test_the_help_shows_the_id_of_the_default(self) -> None:
        parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
        parser.add_argument(
            "--model", type=arguments.DENSE, default=ALL_MINILM_L6_V2, help="What embeds."
        )
        assert "What embeds. (default: all-minilm-l6-v2)" in parser.format_help()

    @pytest.mark.parametrize("name", ["bge-m4", "qwen3-8b"])
    def test_an_error_is_one_line(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        parser = argparse.ArgumentParser(prog="app")
        parser.add_argument("--model", type=arguments.DENSE)
        with pytest.raises(SystemExit) as caught:
            parser.parse_args(["--model", name])
        assert caught.value.code == 2
        usage, problem = capsys.readouterr().err.strip().split("\n")
        assert usage.startswith("usage: app ")
        assert name in problem


class TestClick:
    def command(self, **more: Any) -> click.Command:
        @click.command()
        @click.option("--model", type=ModelParam("dense"), default="miniLM", **more)
        def main(model: DenseModel) -> None:
            click.echo(model.id)

        return main

    @pytest.mark.parametrize("name", NAMES)
    def test_any_name_becomes_the_model(self, name: str) -> None:
        assert CliRunner().invoke(self.command(), ["--model", name]).output == "bge-m3\n"
        assert CliRunner().invoke(self.command(), []).output == "all-minilm-l6-v2\n"

    def test_an_error_ends_the_command_in_a_line(self) -> None:
        result = CliRunner().invoke(self.command(), ["--model", "bge-m4"])
        assert result.exit_code == 2
        assert "bge-m3" in result.output.strip().split("\n")[-1]

    def test_it_completes_ids_aliases_and_repositories(self) -> None:
        command = self.command()
        context = click.Context(command)
        (option,) = command.params
        for begun in ("bge-m", "BAAI/bge-m", "baai/bge-m"):
            values = [each.value for each in option.shell_complete(context, begun)]
            assert any(value.casefold() in ("bge-m3", "baai/bge-m3") for value in values)
        assert [each.value for each in option.shell_complete(context, "no-such")] == []

    def test_its_help_is_short(self) -> None:
        command = self.command(show_default=True, help="What embeds.")
        command.params[0].default = ALL_MINILM_L6_V2
        shown = CliRunner().invoke(command, ["--help"])
        assert "--model MODEL" in shown.output
        assert "[default: all-minilm-l6-v2]" in shown.output
        assert len(shown.output) < 300


class TestTyper:
    def app(self) -> typer.Typer:
        app = typer.Typer()

        @app.command()
        def main(model: DenseOption = ALL_MINILM_L6_V2) -> None:
            typer.echo(model.id)

        return app

    @pytest.mark.parametrize("name", NAMES)
    def test_any_name_becomes_the_model(self, name: str) -> None:
        assert TyperRunner().invoke(self.app(), ["--model", name]).output == "bge-m3\n"
        assert TyperRunner().invoke(self.app(), []).output == "all-minilm-l6-v2\n"

    def test_errors_and_help_are_short(self) -> None:
        result = TyperRunner().invoke(self.app(), ["--model", "bge-m4"], env={"COLUMNS": "200"})
        assert result.exit_code == 2
        assert "bge-m3" in result.output
        assert len(result.output) < 2_000
        shown = TyperRunner().invoke(self.app(), ["--help"], env={"COLUMNS": "200"}).output
        assert "MODEL" in shown
        assert "[default: all-minilm-l6-v2]" in shown
        assert "DenseModel(" not in shown

    def test_an_option_takes_models_of_every_type(self) -> None:
        app = typer.Typer()

        @app.command()
        def main(model: AnyOption = BGE_M3) -> None:
            typer.echo(f"{model.kind} {model.id}")

        assert TyperRunner().invoke(app, ["--model", "qwen3-8b"]).output == "llm qwen3-8b\n"
        assert TyperRunner().invoke(app, []).output == "dense bge-m3\n"

    def test_it_completes(self) -> None:
        found = model_option("dense").autocompletion("bge-m")
        assert "bge-m3" in [name for name, _ in found]


class TestOmegaConf:
    def test_a_configuration_takes_facts_by_any_name(self) -> None:
        register_resolver()
        config = OmegaConf.create(
            {
                "name": "BAAI/bge-m3",
                "dim": "${model:${.name},embedding_dim}",
                "id": "${model:bge-m3:567m}",
                "dims": "${model:google/embeddinggemma-300m,matryoshka_dims}",
            }
        )
        assert (config.dim, config.id, list(config.dims)) == (1024, "bge-m3", [768, 512, 256, 128])

    @pytest.mark.parametrize("value", ["bge-m4", "bge-m3,no_such", "bge-m3,__class__"])
    def test_what_there_is_not_is_an_error(self, value: str) -> None:
        register_resolver()
        config = OmegaConf.create({"x": f"${{model:{value}}}"})
        with pytest.raises(Exception, match="bge-m"):
            _ = config.x


class TestSqlalchemy:
    def table(self, column: Any = None) -> Table:
        kind = vector_column() if column is None else column
        return Table("passages", MetaData(), Column("id", Integer, primary_key=True),
                     Column("embedding", kind))  # fmt: skip

    def test_a_column_follows_the_selected_model(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert vector_column().dim == 384
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", "BAAI/bge-m3")
        assert vector_column().dim == 1024

    def test_a_width_is_one_of_the_models(self) -> None:
        assert width(BGE_M3) == 1024
        assert width(BGE_M3, dim=1024) == 1024
        with pytest.raises(InputError):
            width(BGE_M3, dim=384)
        others: list[Any] = [QWEN3_8B, "bge-m3"]
        for other in others:
            with pytest.raises(InputError, match=r"no vectors|get_model\("):
                vector_column(other)

    def test_a_table_of_another_width_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        engine = create_engine("sqlite://")
        check_width(engine, self.table())  # the table does not exist yet
        self.table().create(engine)
        check_width(engine, self.table())
        monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", "BAAI/bge-m3")
        with pytest.raises(FingerprintMismatchError) as caught:
            check_width(engine, self.table())
        (difference,) = caught.value.differences
        assert "passages.embedding" in difference
        assert "384" in difference
        assert "1024" in difference

    def test_a_vector_of_another_width_is_refused_before_it_is_stored(self) -> None:
        engine = create_engine("sqlite://")
        table = self.table()
        table.create(engine)
        with engine.begin() as connection, pytest.raises(Exception, match="384"):
            connection.execute(table.insert().values(embedding=[0.0] * 1024))
        with engine.begin() as connection, pytest.raises(Exception, match="384"):
            connection.execute(table.insert().values(embedding=Vector([0.0] * 1024)))
        with engine.begin() as connection:
            connection.execute(table.insert().values(embedding=[0.0] * 384))
            assert connection.execute(text("SELECT count(*) FROM passages")).scalar() == 1


@pytest.mark.parametrize("setting", ["BAAI/bge-m3", "", "bge-m4"])
def test_django_settings(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from registry.integrations.django import model_setting

    monkeypatch.setenv("EMBED_MODEL", setting)
    if setting == "bge-m4":
        with pytest.raises(ImproperlyConfigured, match="EMBED_MODEL"):
            model_setting("EMBED_MODEL", "dense")
    elif not setting:
        assert model_setting("EMBED_MODEL", "dense", default="miniLM") is ALL_MINILM_L6_V2
        with pytest.raises(ImproperlyConfigured, match="EMBED_MODEL"):
            model_setting("EMBED_MODEL", "dense")
    else:
        assert model_setting("EMBED_MODEL", "dense") is BGE_M3


PACKAGES = {"chroma": "chromadb", "langchain": "langchain_core"}
MODULES = (
    *("chroma", "click", "django", "dspy", "haystack", "langchain", "llama_index", "llm", "mteb"),
    *("omegaconf", "pydantic", "pydantic_ai", "sqlalchemy", "typer"),
)


@pytest.mark.parametrize("module", MODULES)
def test_a_missing_library_is_named_with_its_extra(module: str) -> None:
    package = PACKAGES.get(module, module)
    program = (
        f"import sys; sys.modules.update(dict.fromkeys(['{package}', 'numpy']))\n"
        "from registry.errors import MissingExtraError\n"
        f"try:\n    import registry.integrations.{module}\n"
        "except MissingExtraError as error:\n    print(error.package, error.extra)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == ([package, module.replace("_", "-")], "")

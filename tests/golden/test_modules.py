"""Whole generated modules, byte for byte, so that a change of the templates shows in a diff.

After a deliberate change, rewrite them and read the diff:

    UPDATE_GOLDEN=1 pytest tests/golden/test_modules.py
"""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from catalogues import ROOT, TYPES, catalogue, entry
from generating import formatted, generate, load
from goldens import GOLDEN, compare
from registry_codegen.compile import compile_catalogue
from registry_codegen.options import Options

FOLDER = GOLDEN / "generated"
CASES = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.fixture(scope="module")
def ours() -> dict[str, str]:
    """The files of the real catalogue."""
    return compile_catalogue(Options(ROOT))


@pytest.mark.parametrize("case", CASES)
def test_generated_module(case: str) -> None:
    files = compile_catalogue(Options(FOLDER, f"{case}.json", "acme/models.py"))

    (FOLDER / case / "models_parts").mkdir(parents=True, exist_ok=True)
    for name, source in files.items():
        compare(f"generated/{case}/{name}", source)
    folder = FOLDER / case
    written = {p.relative_to(folder).as_posix() for p in folder.rglob("*.*") if p.suffix != ".pyc"}
    assert written == files.keys()


@pytest.mark.heavy
@pytest.mark.parametrize("case", CASES)
def test_generated_module_is_formatted(case: str) -> None:
    files = compile_catalogue(Options(FOLDER, f"{case}.json", "acme/models.py"))
    assert files == formatted(files)


def test_example_of_the_format_builds() -> None:
    module = load(compile_catalogue(Options(FOLDER, "new_model.json")))

    model = module.NEW_MODEL
    assert model is module.get_model("new-model")
    assert isinstance(model, module.ColbertModel)
    assert (model.parameters, model.parameter_count) == ("110M", 110_000_000)
    assert (model.embedding_dim, model.projection_dims) == (128, 128)
    assert model.safetensors_files == ("model.safetensors",)
    assert model.pytorch_files == ("pytorch_model.bin",)
    assert (model.tokenizer_file, model.config_file) == ("tokenizer.json", "config.json")
    assert model.quantization == ("fp32", "fp16", "int8")
    assert (model.architecture_type, model.architecture_variant) == ("bert", "bert-base")
    assert model.description == "Description of the model"


@pytest.mark.heavy
def test_our_own_module_is_formatted_as_black_would(ours: dict[str, str]) -> None:
    assert ours == formatted(ours)


def test_output_does_not_depend_on_where_it_is_made(
    ours: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o077)
    try:
        assert compile_catalogue(Options(ROOT)) == ours
    finally:
        os.umask(before)


def test_output_does_not_depend_on_the_order_of_hashes(ours: dict[str, str]) -> None:
    program = (
        "import sys; from pathlib import Path; from registry_codegen.options import Options;"
        "from registry_codegen.compile import compile_catalogue; import json;"
        f"print(json.dumps(compile_catalogue(Options(Path({str(ROOT)!r})))))"
    )
    for seed in ("1", "2"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        run = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, check=True
        )
        assert json.loads(run.stdout) == ours


@pytest.mark.heavy
@pytest.mark.parametrize("extra", [(), ("a",), ("x" * 32, "y" * 32)])
def test_module_without_overloads_is_formatted_too(
    extra: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above a thousand ids there is a getter per type; formatting that many takes black 10 s."""
    monkeypatch.setattr("registry_codegen.assemble.MAX_OVERLOADED_IDS", 1)
    models = [entry(f"some-{name}", name) for name in (*TYPES, *extra)]

    files = generate(tmp_path, catalogue(*models))

    assert "def get_cross_encoder_model" in files["_generated_parts/lookup.py"]
    assert files == formatted(files)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ['a"\nimport os #.json', "\u202e{{ x }}\\.json", "日本.json"])
def test_name_of_the_catalogue_stays_in_its_comment(name: str, tmp_path: Path) -> None:
    plain = generate(tmp_path, catalogue(entry()))
    (tmp_path / "models.json").rename(tmp_path / name)

    files = compile_catalogue(Options(tmp_path, name))

    assert files == formatted(files)
    assert files.keys() == plain.keys()
    for file, source in files.items():
        if file.endswith(".json"):
            continue  # it names its sources in its layers
        assert ast.dump(_unstamped(source)) == ast.dump(_unstamped(plain[file]))
        assert source.count("\n") == plain[file].count("\n")


def _unstamped(source: str) -> ast.Module:
    """A module without its generation stamp, which also depends on comments."""
    return ast.parse(re.sub(r'"[0-9a-f]{16}"', '""', source))

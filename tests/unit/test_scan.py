"""What a scan finds in other people's code, and what it leaves alone."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest

from goldens import GOLDEN
from registry.errors import InputError
from registry.scan.findings import Finding, Scan
from registry.scan.notebooks import read_notebook
from registry.scan.scanning import scan


def scanned(folder: Path, **files: str) -> tuple[Finding, ...]:
    for name, text in files.items():
        (folder / name).write_text(textwrap.dedent(text), "utf-8")
    return scan([folder / name for name in files], "registry").findings


def found(folder: Path, text: str, name: str = "app.py") -> list[str]:
    """The code and id (or the name, if no model has it) of each finding in a file."""
    return [
        f"{each.code} {' '.join(each.ids) or each.name}" for each in scanned(folder, **{name: text})
    ]


# Code that names a model, with the model's id.
NAMED = [
    ('SentenceTransformer("all-MiniLM-L6-v2", revision=COMMIT)', "all-minilm-l6-v2"),
    ('MODEL = "BAAI/bge-m3"', "bge-m3"),
    ('MODEL = "baai/BGE-M3"', "bge-m3"),
    ('x = "sentence-transformers/all-MiniLM-L6-v2"', "all-minilm-l6-v2"),
    ('x = ("sentence-transformers/"\n     "all-MiniLM-L6-v2")', "all-minilm-l6-v2"),
    ('CrossEncoder(model_name="cross-encoder/ms-marco-MiniLM-L6-v2", revision=R)',
     "ms-marco-minilm-l6-v2"),
    ('TextEmbedding(model_name="BAAI/bge-small-en-v1.5")', "bge-small-en-v1.5"),
    ('AutoModel.from_pretrained("intfloat/e5-base-v2", **options)', "e5-base-v2"),
    ('Ollama(model="llama3.1:8b")', "llama-3.1-8b-instruct"),
    ('Ollama(model="mistral")', "mistral-7b-instruct-v0.2"),
    ('client.chat(model="mistral", messages=[])', "mistral-7b-instruct-v0.2"),
    ('litellm.completion(model="ollama/mistral")', "mistral-7b-instruct-v0.2"),
    ('init_embeddings("huggingface:BAAI/bge-m3")', "bge-m3"),
    ('os.getenv("EMBED_MODEL", "BAAI/bge-m3")', "bge-m3"),
    ('os.environ.get("LLM_MODEL", "mistral")', "mistral-7b-instruct-v0.2"),
    ('MODEL = os.environ.get("WHATEVER") or "mistral"', "mistral-7b-instruct-v0.2"),
    ('parser.add_argument("--model", "-m", default="mistral")', "mistral-7b-instruct-v0.2"),
    ('parser.add_argument("--llm-model", choices=["mistral"])', "mistral-7b-instruct-v0.2"),
    ('class S:\n    llm_model: str = Field(default="mistral")', "mistral-7b-instruct-v0.2"),
    ('class S:\n    llm_model: str = Field("mistral", description="as BAAI/bge-m3")',
     "mistral-7b-instruct-v0.2"),
    ('def main(model: str = typer.Option("mistral", "--model")): ...', "mistral-7b-instruct-v0.2"),
    ('def embed(texts, *, model_name="BAAI/bge-m3"): ...', "bge-m3"),
    ('self.model_name = "BAAI/bge-m3"', "bge-m3"),
    ('settings["model"] = "mistral"', "mistral-7b-instruct-v0.2"),
    ('X = {"llm_model": "mistral"}', "mistral-7b-instruct-v0.2"),
    ('LLM_MODELS = ["mistral"]', "mistral-7b-instruct-v0.2"),
    ('MODELS = {"fast": "mistral"}', "mistral-7b-instruct-v0.2"),
    ('def default_model():\n    return "mistral"', "mistral-7b-instruct-v0.2"),
    ('if name == "BAAI/bge-m3": pass', "bge-m3"),
    ('X: Literal["BAAI/bge-m3"]', "bge-m3"),
    ('for model in ["mistral"]: pass', "mistral-7b-instruct-v0.2"),
    ('x = "nomic-embed-text"', "nomic-embed-text-v1.5"),
    ('OpenAIEmbeddings(model="text-embedding-3-small")', "openai-text-embedding-3-small"),
    ('model = "mistral" if small else None', "mistral-7b-instruct-v0.2"),
    ('@pytest.mark.parametrize("name", ["BAAI/bge-m3"])\ndef test(name): ...', "bge-m3"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "model"), NAMED)
def test_a_name_in_python_is_found(tmp_path: Path, code: str, model: str) -> None:
    assert found(tmp_path, code) == [f"hard-coded {model}"]


SILENT = [
    'x = "mpnet"',
    'x = ["mistral", "gemma", "bge", "miniLM", "colbert", "frida", "splade"]',
    'model_type = "mistral"',
    'embedding_provider = "mistral"',
    'if provider == "mistral": pass',
    'print("mistral")',
    'greet("gemma")',
    '"""BAAI/bge-m3"""',
    'def f():\n    """BAAI/bge-m3"""',
    'class A:\n    "BAAI/bge-m3"',
    '# MODEL = "BAAI/bge-m3"',
    'MODEL = f"BAAI/bge-m3{x}"',
    'MODEL = f"BAAI/bge-{size}"',
    'print("the model BAAI/bge-m3 is missing")',
    'load_dataset("sentence-transformers/all-nli")',
    'parser.add_argument("--model", help="BAAI/bge-m3")',
    'open("models/BAAI/bge-m3/config.json")',
    "import mistral",
    'subprocess.run(["pip", "install", "openai"])',
    'REPO = "facebook/react"',
    'URL = "https://github.com/google/protobuf"',
    'x = {"mpnet": 1}',
    'MODEL = "BAAI/bge-m3"  # registry: ignore',
    '# registry: ignore\nMODEL = "BAAI/bge-m3"',
    '# registry: ignore-file\nimport os\nMODEL = "BAAI/bge-m3"',
    'from registry import get_model\nmodel = get_model("bge-m3")',
    'import torch\nMODEL = ""\nx = torch.cat(xs, dim=1)',
]


@pytest.mark.parametrize("code", SILENT)
def test_what_names_no_model_to_use_is_left_alone(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, code) == []


WRONG = [
    ('MODEL = "BAAI/bge-m3"\nDIM = 384', "384", "1024"),
    ('Embedder(model="BAAI/bge-m3", dimensions=384)', "384", "1024"),
    ('X = {"name": "BAAI/bge-m3", "dim": 384}', "384", "1024"),
    ('X = {"BAAI/bge-m3": {"dim": 384}}', "384", "1024"),
    ('DIMENSIONS = {"BAAI/bge-m3": 384}', "384", "1024"),
    ('X = {"all-MiniLM-L6-v2": 384, "BAAI/bge-m3": 768}', "768", "1024"),
    ('X = [("all-MiniLM-L6-v2", 384), ("BAAI/bge-m3", 768)]', "768", "1024"),
    ('X = ("BAAI/bge-m3", 384)', "384", "1024"),
    ('class S:\n    model: str = "BAAI/bge-m3"\n    other = 1\n    vector_size: int = 384',
     "384", "1024"),
    ('@dataclass\nclass S:\n    name: str\n    dim: int\nS("BAAI/bge-m3", 384)', "384", "1024"),
    ('def f(model="BAAI/bge-m3", dim=384): ...', "384", "1024"),
    ('p.add_argument("--model", default="BAAI/bge-m3")\n'
     'p.add_argument("--dim", type=int, default=384)', "384", "1024"),
    ('MODEL = os.getenv("MODEL", "BAAI/bge-m3")\nDIM = int(os.getenv("DIM", "384"))',
     "384", "1024"),
    ('MODEL = "BAAI/bge-m3"\nclient.create(vectors=VectorParams(size=384))', "384", "1024"),
    ('if model == "BAAI/bge-m3":\n    dim = 384\nelse:\n    dim = 1', "384", "1024"),
    ('def f(model="BAAI/bge-m3"):\n    dim = 384', "384", "1024"),
    ('if x:\n    MODEL = "BAAI/bge-m3"\n    DIM = 384', "384", "1024"),
    ('MODEL = "BAAI/bge-m3"\nSQL = """\n  embedding vector(384)\n"""', "384", "1024"),
    ('MODEL = "BAAI/bge-m3"\nindex = faiss.IndexFlatIP(384)', "384", "1024"),
    ('X = {"model": "BAAI/bge-m3", "max_seq_length": 16384}', "16384", "8192"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "said", "right"), WRONG)
def test_a_number_that_the_catalogue_contradicts_is_found(
    tmp_path: Path, code: str, said: str, right: str
) -> None:
    numbers = [
        each for each in scanned(tmp_path, **{"app.py": code}) if each.code == "wrong-number"
    ]
    assert [(each.found, each.expected, each.ids) for each in numbers] == [
        (said, right, ("bge-m3",))
    ]
    line = code.split("\n")[numbers[0].line - 1]
    assert line[numbers[0].column - 1 : numbers[0].end_column - 1] == said


RIGHT = [
    'MODEL = "BAAI/bge-m3"\nDIM = 1024',
    'MODEL = "BAAI/bge-m3"\nx = f(dim=1)',
    'MODEL = "BAAI/bge-m3"\nBATCH_SIZE = 384',
    'MODEL = "BAAI/bge-m3"\nMAX_LENGTH = 512',
    'X = {"small": {"name": "all-MiniLM-L6-v2", "dim": 384},'
    ' "large": {"name": "BAAI/bge-m3", "dim": 1024}}',
    'X = {"BAAI/bge-m3": 3, "all-MiniLM-L6-v2": 7}',
    'X = {"BAAI/bge-m3": 0.5}',
    'Embedder(model="google/embeddinggemma-300m", dim=512)',  # Matryoshka
    'MODEL = "BAAI/bge-m3"\n' + "\n" * 30 + "DIM = 384",
    'A_MODEL = "all-MiniLM-L6-v2"\nB_MODEL = "BAAI/bge-m3"\nDIM = 384',
    'MODEL = "BAAI/bge-m3"\nhidden_dim = 4096\nnum_heads = 64',
    'MODEL = "BAAI/bge-m3"\nDIM = True',
    'Embedder(model="bge", dim=768)',  # which "bge"?
    'class S:\n    DIM = 384\n    def f(self, model="BAAI/bge-m3"): ...',
    'def f(model="BAAI/bge-m3"):\n    if model == other:\n        dim = 384',
    'MODEL = "BAAI/bge-m3"\nif small:\n    DIM = 384\nelse:\n    DIM = 1024',
]


@pytest.mark.parametrize("code", RIGHT)
def test_a_number_that_may_be_right_is_left_alone(tmp_path: Path, code: str) -> None:
    assert {each.code for each in scanned(tmp_path, **{"app.py": code})} == {"hard-coded"}


@pytest.mark.parametrize(
    "code",
    [
        'SentenceTransformer("BAAI/bge-m3")',
        'SentenceTransformer("BAAI/bge-m3", revision="main")',
        'SentenceTransformer(model_name_or_path="BAAI/bge-m3")',
        'AutoModel.from_pretrained("BAAI/bge-m3")',
        'snapshot_download(repo_id="BAAI/bge-m3")',
        'NAME = "BAAI/bge-m3"\nm = SentenceTransformer(NAME)',
        'def f(name="BAAI/bge-m3"):\n    return SentenceTransformer(name)',
    ],
)
def test_weights_without_a_revision_are_found(tmp_path: Path, code: str) -> None:
    assert sorted(found(tmp_path, code)) == ["hard-coded bge-m3", "missing-revision bge-m3"]


@pytest.mark.parametrize(
    "code",
    [
        'SentenceTransformer("BAAI/bge-m3", revision="5617a9f61b028005a4858fdac845db406aefb181")',
        'SentenceTransformer("BAAI/bge-m3", revision=settings.revision)',
        'HuggingFaceEmbeddings(model_name="BAAI/bge-m3", model_kwargs={"revision": R})',
        'TextEmbedding("BAAI/bge-m3")',
        'Ollama(model="bge-m3")',
    ],
)
def test_a_revision_or_no_way_to_say_one_is_left_alone(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, code) == ["hard-coded bge-m3"]


def test_downloads_without_a_revision_are_found_in_commands(tmp_path: Path) -> None:
    for line in (
        "RUN python -c \"SentenceTransformer('BAAI/bge-m3')\"\n",
        "RUN hf download BAAI/bge-m3\n",
        "RUN curl -O https://huggingface.co/BAAI/bge-m3/resolve/main/model.safetensors\n",
    ):
        codes = found(tmp_path, line, "Dockerfile")
        assert codes == ["hard-coded bge-m3", "missing-revision bge-m3"]


def test_a_repository_that_the_catalogue_lacks_is_found_where_a_model_is_meant(
    tmp_path: Path,
) -> None:
    code = 'MODEL = "BAAI/bge-none"\nOTHER = "acme/encoder"\nPATH = "BAAI/data"'
    assert found(tmp_path, code) == ["unknown-model BAAI/bge-none"]


SETTINGS = {
    "a.yaml": "embedder:\n  model: ¶BAAI/bge-m3  # why\n  vector_size: ¶384\n# x: BAAI/bge-m3\n",
    "b.yml": "models:\n  - name: 'all-MiniLM-L6-v2'\n    dim: 384\n"
    '  - name: "¶BAAI/bge-m3"\n    dim: ¶384\n',
    "c.yaml": "a: {model: ¶BAAI/bge-m3, dims: ¶384}\nb:\n  text: about BAAI/bge-m3\n",
    "d.toml": '[tool.registry.selected]\nembedding = "bge-m3"\n[x]\nmodel = "¶BAAI/bge-m3" # x\n'
    "dim = ¶384\n",
    "e.json": '{"a": [{"model": "¶BAAI/bge-m3", "dim": ¶384}],\n "model_type": "mistral"}',
    "f.env": 'EMBED_MODEL="¶BAAI/bge-m3"\nEMBED_DIM=¶384\n#A_MODEL=BAAI/bge-m3\n',
    "Dockerfile": "FROM python\nENV MODEL=¶BAAI/bge-m3 \\\n    DIM=¶384\n# MODEL=BAAI/bge-m3\n",
    "g.json": '{"dimensions": {"¶BAAI/bge-m3": ¶384}}',
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_say_line_and_column(tmp_path: Path, name: str) -> None:
    marked = SETTINGS[name]
    places = [
        (number, line.replace("¶", "", nth).index("¶") + 1)
        for number, line in enumerate(marked.split("\n"), 1)
        for nth in range(line.count("¶"))
    ]
    findings = [
        each
        for each in scanned(tmp_path, **{name: marked.replace("¶", "")})
        if each.ids == ("bge-m3",)
    ]
    assert [(each.line, each.column) for each in findings] == places
    assert [each.code for each in findings] == ["hard-coded", "wrong-number"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", "command: --model-id BAAI/bge-m3 --port 80\n"),
        ("compose.yaml", 'command: ["--model-id", "BAAI/bge-m3"]\n'),
        ("compose.yaml", "environment:\n  - EMBED_MODEL=BAAI/bge-m3\n"),
        ("compose.yaml", "environment:\n  EMBED_MODEL: ${EMBED_MODEL:-BAAI/bge-m3}\n"),
        ("ci.yaml", "run: |\n  ollama pull bge-m3\n"),
        ("ci.yaml", "run: |\n  hf download BAAI/bge-m3 --revision 5617a9f\n"),
        ("Dockerfile", "RUN python -c \"TextEmbedding('BAAI/bge-m3')\"\n"),
        ("Dockerfile", 'CMD ["serve", "--model", "BAAI/bge-m3"]\n'),
        ("Dockerfile", "ENV MODEL BAAI/bge-m3\n"),
        ("x.json", '{\n  // why\n  "model": "BAAI/bge-m3",\n}'),
        ("x.toml", 'models = [\n  "BAAI/bge-m3",\n]\n'),
    ],
)
def test_commands_and_lists_in_settings_are_read(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, text, name) == ["hard-coded bge-m3"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "model: BAAI/bge-m3  # registry: ignore\n"),
        ("a.yaml", "# registry: ignore\nmodel: BAAI/bge-m3\n"),
        ("a.toml", 'model = "BAAI/bge-m3"  # registry: ignore\n'),
        ("a.json", '{\n "//": "registry: ignore",\n "model": "BAAI/bge-m3"}'),
        ("a.json", '{"model": "BAAI/bge-m3"}  // registry: ignore'),
        ("a.env", "# registry: ignore\nMODEL=BAAI/bge-m3\n"),
        ("a.yaml", "author: mistral\nlicense: gemma\n"),
        ("a.yaml", "description: BAAI/bge-m3 is a model\n"),
        ("Dockerfile", 'LABEL description="like BAAI/bge-m3 or so"\nRUN pip install openai/x\n'),
        ("package-lock.json", '{"model": "BAAI/bge-m3"}'),
        ("models.versions.json", '{"model": "BAAI/bge-m3"}'),
        ("model_version_log.json", '{"model": "BAAI/bge-m3"}'),
        ("_embed.json", '{"model": "BAAI/bge-m3"}'),
        ("notes.md", "model: BAAI/bge-m3\n"),
    ],
)
def test_settings_that_name_no_model_to_use_are_left_alone(
    tmp_path: Path, name: str, text: str
) -> None:
    assert found(tmp_path, text, name) == []


def test_results_of_a_benchmark_are_left_alone(tmp_path: Path) -> None:
    row = {"id": "bge-m3", "model": "BAAI/bge-m3"}
    assert found(tmp_path, json.dumps({"models": [row]}), "results.json") != []
    results = json.loads((GOLDEN / "bench" / "results.json").read_text("utf-8"))
    results["models"][0] |= row
    assert found(tmp_path, json.dumps(results), "results-20261121T055304Z.json") == []


def test_a_text_of_several_lines_tells_the_line(tmp_path: Path) -> None:
    text = 'run = """\nhf pull\n  serve --model BAAI/bge-m3 now\n"""\n'
    (each,) = scanned(tmp_path, **{"a.toml": text})
    assert (each.line, each.column) == (3, 17)


def test_a_notebook_tells_the_cell_and_the_place_in_the_file(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["BAAI/bge-m3"]},
        {"cell_type": "code", "outputs": [], "source": ["%pip install x\n", 'a = "é\\"😀"; '
         'm = {"model": "BAAI/bge-m3",\n', '     "dim": 384}']},
        {"cell_type": "code", "outputs": [], "source": 'x = 1\nmodel = "BAAI/bge-m3"'},
        {"cell_type": "code", "outputs": [], "source": ["%%bash\n", "echo BAAI/bge-m3"]},
    ]  # fmt: skip
    path = tmp_path / "n.ipynb"
    for ascii_only in (True, False):
        path.write_text(json.dumps({"cells": cells}, indent=1, ensure_ascii=ascii_only), "utf-8")
        lines = path.read_text("utf-8").split("\n")
        findings = scan([path], "registry").findings
        assert [(each.code, each.cell) for each in findings] == [
            ("hard-coded", 2), ("wrong-number", 2), ("hard-coded", 3),
        ]  # fmt: skip
        for each in findings:
            text = lines[each.line - 1][each.column - 1 : each.end_column - 1]
            assert text in ("BAAI/bge-m3", "384")


def test_a_cell_in_one_piece_takes_no_quadratic_time() -> None:
    few, many = (_calls_for_cell(lines) for lines in (50, 200))
    assert many < 6 * few  # 4 times as many if the work is linear, 16 if it is quadratic


def _calls_for_cell(lines: int) -> int:
    """How many functions are called to read a cell of so many lines that are one string."""
    source = 'MODEL = "BAAI/bge-m3"\n' * lines
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": source}]})
    events: Counter[str] = Counter()
    sys.setprofile(lambda _frame, event, _argument: events.update([event]))
    try:
        content = read_notebook(notebook)
    finally:
        sys.setprofile(None)
    assert len(content.mentions) == lines
    return events["call"] + events["c_call"]


def test_columns_count_characters(tmp_path: Path) -> None:
    (each,) = scanned(tmp_path, **{"a.py": 'é, x = "ß", "BAAI/bge-m3"'})
    assert (each.line, each.column, each.end_column) == (1, 14, 25)


def test_folders_are_read_as_git_sees_them(tmp_path: Path) -> None:
    code = 'MODEL = "BAAI/bge-m3"\n'
    for name in (
        "a.py", "src/b.py", "out/c.py", "src/keep.gen.py", "src/x.gen.py", "node_modules/d.py",
        ".venv/e.py", ".git/f.py", "myenv/lib/g.py", "src/deep/h.py",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(code)
    (tmp_path / "myenv" / "pyvenv.cfg").touch()
    (tmp_path / ".gitignore").write_text("/out/\n*.gen.py\n")
    (tmp_path / "src" / ".gitignore").write_text("!keep.gen.py\ndeep\n")
    (tmp_path / "src" / "loop").symlink_to(tmp_path, target_is_directory=True)

    def names(result: Scan) -> list[str]:
        return [Path(each.path).relative_to(tmp_path).as_posix() for each in result.findings]

    assert names(scan([tmp_path], "registry")) == ["a.py", "src/b.py", "src/keep.gen.py"]
    # A .gitignore also applies in subfolders; an ignored folder is read if named explicitly.
    assert names(scan([tmp_path / "src"], "registry")) == ["src/b.py", "src/keep.gen.py"]
    assert names(scan([tmp_path / "out"], "registry")) == ["out/c.py"]
    excluded = scan([tmp_path], "registry", excluded=["src/"])
    assert names(excluded) == ["a.py"]


HOSTILE = {
    "syntax.py": b'x = = "BAAI/bge-m3"\n',
    "brackets.py": b"(" * 100_000 + b'"BAAI/bge-m3"',
    "minus.py": b"x = " + b"-" * 100_000 + b'1\ny = "BAAI/bge-m3"',
    "sum.py": b'x = "BAAI/bge-m3"' + b' + "a"' * 20_000,
    "elif.py": b'if x: m = "BAAI/bge-m3"\n' + b"elif x: pass\n" * 3_000,
    "latin.py": b'# -*- coding: latin-1 -*-\nx = "\xe9", "BAAI/bge-m3"',
    "lies.py": b'# -*- coding: utf-8 -*-\nx = "\xff"\ny = "BAAI/bge-m3"',
    "nonsense.py": b'# -*- coding: no-such -*-\ny = "BAAI/bge-m3"',
    "bom.py": b'\xef\xbb\xbfx = "BAAI/bge-m3"',
    "crlf.py": b'x = 1\r\ny = "BAAI/bge-m3"\r\n',
    "nul.py": b'\0x = "BAAI/bge-m3"',
    "utf16.yaml": "model: BAAI/bge-m3".encode("utf-16"),
    "deep.json": b"[" * 50_000 + b'"BAAI/bge-m3"',
    "deep.yaml": b"- " * 50_000 + b"BAAI/bge-m3",
    "flow.yaml": b"a: " + b"[" * 50_000 + b"BAAI/bge-m3",
    "indent.yaml": b"".join(b" " * n + b"a:\n" for n in range(1_000)) + b"m: BAAI/bge-m3",
    "spaces.yaml": b"a" + b" " * 1_000_000 + b"BAAI/bge-m3",
    "quotes.json": b'"\\"' * 50_000 + b" BAAI/bge-m3",
    "escapes.json": b'\\"' * 50_000 + b" BAAI/bge-m3",
    "slashes.json": b"/*" * 50_000 + b" BAAI/bge-m3",
    "words.env": b"MODEL" * 200_000 + b" BAAI/bge-m3",
    "dashes.yaml": b"run: " + b"-" * 500_000 + b"model BAAI/bge-m3",
    "long.toml": b'"""' * 50_000 + b' "BAAI/bge-m3"',
    "pairs.json": b'{"BAAI/bge-m3": 384, "dim": 384,' * 5_000,
    "numbers.py": b'm = "BAAI/bge-m3"; dim = 384\n' * 3_000,
    "one_line.py": 'x = ["é", {}]'.format('"BAAI/bge-m3", ' * 5_000).encode(),
    "list.ipynb": b'["BAAI/bge-m3"]',
    "broken.ipynb": b'{"cells": "BAAI/bge-m3"',
    "odd.ipynb": b'{"cells": [1, {"cell_type": "code", "source": {"BAAI/bge-m3": 1}}]}',
    "huge.py": b'x = "BAAI/bge-m3"\n' * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_neither_break_nor_stop_a_scan(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    (tmp_path / "zz.py").write_text('MODEL = "all-MiniLM-L6-v2"')
    began = time.process_time()
    result = scan([tmp_path], "registry")
    assert time.process_time() - began < 10
    assert Path(result.findings[-1].path).name == "zz.py"


@pytest.mark.parametrize("name", ["latin.py", "lies.py", "nonsense.py", "bom.py", "crlf.py"])
def test_a_name_is_found_whatever_the_encoding(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    (each,) = scan([tmp_path], "registry").findings
    assert (each.line, each.ids) == (HOSTILE[name].count(b"\n", 0, -2) + 1, ("bge-m3",))


def test_what_is_no_file_is_passed_over_in_a_folder_and_refused_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "dangling.py").symlink_to(tmp_path / "nothing")
    (tmp_path / "a.py").write_text('x = "BAAI/bge-m3"')
    assert len(scan([tmp_path], "registry").findings) == 1
    for name in ("pipe.py", "dangling.py", "nothing.py"):
        with pytest.raises(InputError, match=name):
            scan([tmp_path / name], "registry")


def test_python_that_does_not_parse_is_told_of_and_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text('print "x"\nMODEL = "BAAI/bge-m3"\nLLM_MODEL="mistral"\n')
    result = scan([tmp_path], "registry")
    assert [each.place.rpartition(":")[2] for each in result.findings] == ["10", "12"]
    assert [Path(each.path).name for each in result.skipped] == ["old.py"]


def test_a_catalogue_and_what_is_made_of_it_are_left_alone() -> None:
    import registry._generated as generated

    assert generated.__file__ is not None
    root = Path(__file__).parents[2]
    result = scan([root / "models.json", Path(generated.__file__)], "registry")
    assert result.findings == ()

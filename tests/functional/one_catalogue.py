"""Situations that decide which catalogue applies: where a command runs, with which arguments.

Each has models of its own and models that exist only in a catalogue that does not apply. The
former must be found, the latter must never appear.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from command_line import IMPORT_PATH, run

OURS = {
    "selected": {"embedding": "nw-embed", "llm": "nw-chat", "cross_encoder": "nw-rank"},
    "types": {"audio": "Hears."},
    "models": [
        {
            "id": f"nw-{name}",
            "type": kind,
            "name": f"NW {name}",
            "description": "A model of the company.",
            "huggingface_id": "openai/whisper-small" if name == "hear" else f"nw/{name}",
            "organization": "nw",
            "license": "Proprietary",
            "specs": specs,
        }
        for name, kind, specs in (
            ("embed", "dense", {"parameters": "22.7M", "embedding_dim": 384}),
            ("rank", "cross-encoder", {"parameters": "22.7M"}),
            ("chat", "llm", {"parameters": "135M", "context_length": 2048}),
            ("hear", "audio", {"parameters": "74M"}),
        )
    ],
}
PUBLIC_ONLY = ("colbert-v2", "qwen3-1.7b", "all-minilm-l6-v2")
PIN = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Situation:
    """A folder, variables and arguments of a command; ids that must and must not be found."""

    folder: Path
    ours: tuple[str, ...]
    foreign: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    is_file: bool = True  # otherwise an installed package, which is never edited

    def run(self, *arguments: str) -> str:
        """The stdout and stderr of a command; the test checks that it succeeded."""
        done = run(*arguments, *self.given, cwd=self.folder, **self.variables)
        assert "Traceback" not in done.output
        return done.output


def write_project(
    folder: Path, catalogue: object, extends: str | None = None, name: str = "nw"
) -> Path:
    """A project that configures a catalogue."""
    folder.mkdir(parents=True)
    package = folder / "src" / f"{name}_models"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from ._generated import *\n")
    (folder / "models.json").write_text(json.dumps(catalogue, indent=1))
    under = f'extends = "{extends}"\n' if extends else ""
    (folder / "pyproject.toml").write_text(
        f'[tool.model-registry]\ncatalogue = "models.json"\n'
        f'output = "src/{name}_models/_generated.py"\n{under}'
    )
    return folder


def make_situations(root: Path) -> dict[str, Situation]:
    """All situations by name, in subfolders of one folder."""
    ours = tuple(entry["id"] for entry in OURS["models"])  # type: ignore[index]  # a literal above
    (empty := root / "empty").mkdir()
    alone = write_project(root / "alone", OURS)
    over = write_project(root / "over", OURS, "registry")
    generated = write_project(root / "generated", OURS)
    assert run("generate", cwd=generated).status == 0
    company = write_project(root / "company", OURS, "registry")
    assert run("generate", cwd=company).status == 0
    on_path = {"PYTHONPATH": os.pathsep.join([str(company / "src"), IMPORT_PATH])}
    team = {
        "models": [
            {"id": "nw-embed", "revision": PIN},
            {**OURS["models"][0], "id": "team-embed", "huggingface_id": "team/embed"},  # type: ignore[index]  # a literal above
        ]
    }
    third = write_project(root / "third", team, "nw_models", name="team")
    below = alone / "deep" / "down"
    below.mkdir(parents=True)
    file = str(alone / "models.json")
    return {
        "public": Situation(empty, PUBLIC_ONLY, ours, is_file=False),
        "alone": Situation(alone, ours, PUBLIC_ONLY),
        "below": Situation(below, ours, PUBLIC_ONLY),
        "over": Situation(over, (*ours, *PUBLIC_ONLY), ("team-embed",)),
        "generated": Situation(generated, ours, PUBLIC_ONLY),
        "third": Situation(third, (*ours, "team-embed", *PUBLIC_ONLY), (), on_path),
        "given file": Situation(empty, ours, PUBLIC_ONLY, given=("--catalogue", file)),
        "given name": Situation(
            alone,
            (*ours, *PUBLIC_ONLY),
            (),
            on_path,
            given=("--catalogue", "nw_models"),
            is_file=False,
        ),
        "environment": Situation(empty, ours, PUBLIC_ONLY, {"REGISTRY_CATALOGUE": file}),
        "name in environment": Situation(
            empty,
            (*ours, *PUBLIC_ONLY),
            (),
            on_path | {"REGISTRY_CATALOGUE": "nw_models"},
            is_file=False,
        ),
    }


SITUATIONS = (
    "public",
    "alone",
    "below",
    "over",
    "generated",
    "third",
    "given file",
    "given name",
    "environment",
    "name in environment",
)

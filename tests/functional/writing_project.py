"""A project in which every writing command has something to write, and a Hub that answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hub_project import HubProject, entry

from servers.hub_content import safetensors

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme"
version = "1"

[tool.hatch.build.hooks.model-registry]
catalogue = "models.json"
output = "acme/_generated.py"
"""
BOTH = (0, 1)
ARCHITECTURES = ("bert", "albert")
SELECTED = {"embedding": "a0", "cross_encoder": "c", "llm": "l"}
AS_DENSE = ("--type", "dense", "--set", "specs.embedding_dim=8", "--set", "specs.parameters=1M")


def of_type(kind: str, model_id: str, name: str) -> dict[str, Any]:
    return entry(model_id, name, type=kind, specs={"parameters": "1M"})


def prepare(project: HubProject, folder: Path) -> Path:
    """A project with a catalogue whose models are all on the Hub."""
    models = [
        entry("a0", "acme/a0", license="Apache-2.0"),  # but MIT in the repositories
        entry("a1", "acme/a1", license="Apache-2.0"),
        of_type("cross-encoder", "c", "acme/c"),
        of_type("cross-encoder", "c1", "acme/c1"),
        of_type("llm", "l", "acme/l"),
    ]
    for name in ("a0", "a1", "c", "c1", "l", "new0", "new1"):
        files: dict[str, Any] = {
            "config.json": json.dumps({"model_type": "bert", "hidden_size": 8}),
            "modules.json": json.dumps(
                [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}]
            ),
            "model.safetensors": safetensors({"a.weight": ("F32", (8, 4))}),
            "README.md": "---\nlicense: mit\npipeline_tag: sentence-similarity\n---\n",
        }
        project.hub.store.add(f"acme/{name}", files)
    for kind in ARCHITECTURES:
        card = "---\nlibrary_name: transformers\npipeline_tag: fill-mask\nlanguage: en\n---\n"
        config = json.dumps({"model_type": kind, "architectures": ["Model"]})
        files = {"README.md": card, "config.json": config}
        project.hub.store.add(f"google-bert/{kind}-base", files, downloads=60_000_000)
    folder.mkdir()
    (folder / "models.json").write_text(
        json.dumps({"selected": SELECTED, "models": models}, indent=2)
    )
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "acme").mkdir()
    return folder


def commands(number: int) -> dict[str, list[str | Path]]:
    """Every writing command, in pairs that change two things in the same file."""
    return {
        "lock": ["lock", f"a{number}"],
        "select": ["select", *(("embedding", "a1"), ("cross_encoder", "c1"))[number]],
        "add": ["add", f"acme/new{number}", *AS_DENSE],
        "verify": ["verify", f"a{number}", "--fix"],
        "log": ["log"],
        "release": ["release", f"v1.{number}"],
        "docs": ["docs"],
        "generate": ["generate"],
        "default": ["default", ARCHITECTURES[number]],
    }

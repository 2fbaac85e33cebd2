"""Tab completion: the words offered to the scripts of shells."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import COMMAND, environment

from catalogues import ROOT, catalogue, entry
from completion_words import FILE, text
from registry import MODEL_REGISTRY, ModelType
from registry.cli.table import COMMANDS

NAMES = [name for names in COMMANDS.values() for name in names]


def ask(line: str, shell: str = "bash", cwd: Path = ROOT, **more: str) -> str:
    """The completions at the end of a line; bash also splits words at `=`."""
    words = line.split(" ")
    asked = {
        "_REGISTRY_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    env = environment(**asked, **more)
    done = subprocess.run(COMMAND, cwd=cwd, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def offered(line: str, cwd: Path = ROOT, **more: str) -> list[str]:
    return ask(line, cwd=cwd, **more).split()


def test_the_file_of_commands_is_up_to_date() -> None:
    assert FILE.read_text("utf-8") == text(), "run `python -m tests.completion_words`"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("registry ", NAMES),
        ("registry sh", ["show", "share"]),
        ("registry --v", ["--version"]),
        ("registry show --f", ["--field"]),
        ("registry pull bge-m3 --ol", ["--ollama", "--ollama-host"]),
        ("registry list --type ", list(ModelType)),
        ("registry list --type = cross", ["cross-encoder"]),
        ("registry list --sort s", ["size"]),
        ("registry embed a.parquet --model colbert-v2-p", ["colbert-v2-pylate"]),
        ("registry list --json --status ", ["active", "deprecated"]),
        ("registry select ", ["embedding", "cross_encoder", "llm"]),
        ("registry pull --cache-dir ", []),  # the shell completes files
        ("registry show bge-m3 ", []),
        ("registry schema ", []),
        ("registry nonsense ", []),
    ],
)
def test_bash_is_offered_what_fits(line: str, words: list[str]) -> None:
    assert offered(line) == words


def test_ids_and_aliases_of_the_catalogue() -> None:
    found = offered("registry show ")

    assert {model.id for model in MODEL_REGISTRY} <= set(found)
    assert "mpnet" in found
    assert not [word for word in found if ":" in word]
    dense = [m.id for m in MODEL_REGISTRY if m.kind == "dense" and m.id.startswith("bge-m")]
    assert set(dense) <= set(offered("registry lock --check bge-m3 bge-m"))
    assert offered("registry pull --type colbert bge-m3") == []


def test_the_catalogue_that_counts_here(tmp_path: Path) -> None:
    mine = catalogue(entry("tiny", aliases=["$(touch no)", "wee"]), entry("ti|ny"))
    (tmp_path / "models.json").write_text(json.dumps(mine))
    (tmp_path / "other.json").write_text(json.dumps(catalogue(entry("huge"))))

    assert offered("registry show ", tmp_path) == ["tiny", "wee"]
    assert offered("registry show --catalogue other.json ", tmp_path) == ["huge"]
    assert offered("registry show ", tmp_path, REGISTRY_CATALOGUE="other.json") == ["huge"]
    (tmp_path / "models.json").write_text("{")
    assert offered("registry show --catalogue models.json ", tmp_path) == []


def test_what_extends_another_offers_both_but_what_it_hides(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text(json.dumps(catalogue(entry("bge-mine"))))
    (tmp_path / "pyproject.toml").write_text(
        '[tool.model-registry]\ncatalogue = "models.json"\noutput = "src/acme/_generated.py"\n'
        'extends = "registry"\nhide = ["bge-m3"]\n'
    )

    found = offered("registry show bge-", tmp_path)

    assert found[0] == "bge-mine"
    assert "bge-small-en" in found
    assert "bge-m3" not in found


def test_what_is_not_picked_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text(json.dumps(catalogue(entry("bge-mine"))))
    (tmp_path / "pyproject.toml").write_text(
        '[tool.model-registry]\noutput = "src/acme/_generated.py"\n'
        'extends = "registry"\nonly = ["bge-m3", "type:colbert"]\n'
    )

    assert offered("registry show bge-", tmp_path) == ["bge-mine", "bge-m3"]
    assert "colbert-v2" in offered("registry show colbert", tmp_path)
    assert offered("registry list --type ", tmp_path) == ["dense", "colbert"]


def test_a_role_is_offered_the_models_that_it_takes() -> None:
    found = set(offered("registry select embedding "))
    ids = {model.id for model in MODEL_REGISTRY}
    assert found & ids == {model.id for model in MODEL_REGISTRY if model.kind == "dense"}
    assert offered("registry select cross_encoder bge-m") == []


def test_a_new_entry_may_be_of_any_type(tmp_path: Path) -> None:
    mine = {**catalogue(entry("tiny")), "types": {"speech": {"description": "Listens."}}}
    (tmp_path / "models.json").write_text(json.dumps(mine))

    assert offered("registry add acme/a --type ", tmp_path) == [*ModelType, "speech"]
    assert offered("registry list --type ", tmp_path) == ["dense"]


def test_zsh_and_fish_are_also_told_what_it_is() -> None:
    assert ask("registry where", "fish") == f"where\t{COMMANDS['Find models']['where']}\n"
    assert ask("registry show colbert-v2-p", "fish").startswith("colbert-v2-pylate\t")
    first = COMMANDS["Find models"]["search"]
    assert ask("registry sea", "zsh") == f"""_arguments '*: :(("search":"{first}"))'\n"""
    assert ask("registry show nothing-like-this", "zsh") == "_files\n"
    assert ask("registry list --type=spar", "zsh") == """_arguments '*: :(("--type=sparse"))'\n"""


def test_names_cannot_run_in_a_shell(tmp_path: Path) -> None:
    hostile = entry("tiny", organization="a\"b'c$(touch x)`y`\\z:w")
    (tmp_path / "models.json").write_text(json.dumps(catalogue(hostile)))

    heard = ask("registry show t", "zsh", tmp_path)

    assert heard.startswith("""_arguments '*: :(("tiny":""")
    assert not set("$`\\") & set(heard)


def test_nothing_slow_is_imported() -> None:
    slow = ("typer", "pydantic", "rich", "jinja2", "jsonschema")
    program = "import registry.__main__ as m, sys\ntry: m.main()\nexcept SystemExit: pass\n"
    program += f"print([each for each in {slow} if each in sys.modules])"
    asked = {"_REGISTRY_COMPLETE": "complete_bash", "COMP_WORDS": "registry show colb"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(**asked, COMP_CWORD="2"),
        capture_output=True,
        text=True,
    )

    assert "colbert-v2" in done.stdout
    assert done.stdout.endswith("\n[]\n")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_in_bash(tmp_path: Path) -> None:
    """The script printed by `--show-completion`, in a real shell."""
    command = tmp_path / "registry"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m registry "$@"\n')
    command.chmod(0o755)
    program = (
        'eval "$(_REGISTRY_COMPLETE=source_bash registry)"\n'
        'complete -p registry | grep -o "F [^ ]*" | cut -c3- > name\n'
        "COMP_WORDS=(registry show colbert-v2-p); COMP_CWORD=2\n"
        "$(cat name) registry; printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    env = environment(PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run(
        ["bash", "--norc", "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True
    )

    assert (done.stdout, done.stderr) == ("colbert-v2-pylate\n", "")

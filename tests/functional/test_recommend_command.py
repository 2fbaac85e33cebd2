"""`registry recommend` from outside: its output, what it detects of a machine, what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from command_line import (
    COMMAND,
    complaint,
    environment,
    run,
    succeed,
    without_styles,
)
from environments import Environment
from terminal import at_terminal

from catalogues import ROOT
from goldens import Golden, compare
from registry import MODEL_REGISTRY, MODELS_BY_ID
from registry.fit import TASKS, fits
from registry.fit._tasks import languages_of
from registry.fit._usual import longest_context

MIB, GIB = 2**20, 2**30
KINDS = {
    "retrieval": ("dense", "colbert", "sparse"),
    "rerank": ("cross-encoder",),
    "chat": ("llm",),
    "code": ("llm",),
}
EVERYTHING = ("--limit", "1000")
CHAT = ("recommend", "--task", "chat", "--vram", "8GB", "--context", "8192", "--limit", "2")


def recommended(*arguments: str, **more: Any) -> Any:
    """The output of --json; stderr must be empty."""
    return json.loads(succeed("recommend", "--json", *arguments, **more))


class TestWhatItShows:
    def test_in_a_pipe_a_line_a_model_and_the_rest_on_stderr(self) -> None:
        result = run(*CHAT)
        assert result.status == 0
        compare("cli/recommend.txt", result.stdout)
        compare("cli/recommend.stderr.txt", result.stderr)
        for line in result.stdout.splitlines():
            model, does_fit, quantization, _, _ = line.split("\t")
            fit = fits(
                MODELS_BY_ID[model], "8GB", quantization=quantization, context=8192, device="gpu"
            )
            assert bool(fit) == (does_fit == "yes")

    def test_on_a_terminal(self) -> None:
        command = (*COMMAND, *CHAT)
        shown, complaints, status = at_terminal(command, ROOT, environment(), columns=100)
        assert status == 0
        assert "\x1b[" in shown
        text = without_styles(shown)
        compare("cli/recommend-terminal.txt", text)
        assert max(map(len, text.splitlines())) <= 100
        assert complaints == run(*CHAT).stderr

    def test_as_json(self) -> None:
        compare("cli/recommend.json", succeed(*CHAT, "--json"))

    def test_for_four_classes_of_machines(self) -> None:
        result = run("recommend", "--tiers", "--limit", "1")
        assert result.status == 0
        compare("cli/recommend-tiers.txt", result.stdout)
        as_json = recommended("--tiers", "--limit", "1")
        lines = [line.split("\t") for line in result.stdout.splitlines()]
        assert [(line[0], line[1], line[2]) for line in lines] == [
            (each["tier"], task["task"], task["fitting"][0]["id"] if task["fitting"] else "-")
            for each in as_json
            for task in each["tasks"]
        ]

    def test_nothing_fits(self, golden: Golden) -> None:
        result = run("recommend", "--task", "chat", "--vram", "600MB", "--limit", "1")
        assert result.status == 0
        assert result.stdout.split("\t")[1] == "no"
        golden(result.stderr)
        found = recommended("--task", "chat", "--vram", "600MB")
        assert found["fitting"] == []
        assert found["too_large"]

    def test_nothing_comes_into_question(self, golden: Golden) -> None:
        asked = ("--task", "rerank", "--quantization", "q2_K", "--ram", "8GB")
        found = recommended(*asked)
        assert (found["fitting"], found["too_large"]) == ([], [])
        assert {each["reason"] for each in found["left_out"]} >= {"not published in q2_K"}
        result = run("recommend", *asked)
        assert (result.status, result.stdout) == (0, "")
        golden(result.stderr)

    def test_help(self) -> None:
        text = succeed("recommend", "--help")
        for option in ("--task", "--language", "--vram", "--ram", "--auto", "--tiers", "--json"):
            assert option in text


class TestOverTheWholeCatalogue:
    @pytest.mark.parametrize("task", TASKS)
    @pytest.mark.parametrize(
        "machine", [("--vram", "6GB"), ("--ram", "2GB"), ("--ram", "8GB", "--cores", "16")]
    )
    def test_every_candidate_once_and_what_fits_really_does(
        self, task: str, machine: tuple[str, ...]
    ) -> None:
        found = recommended("--task", task, *machine, *EVERYTHING)
        groups = {
            name: [each["id"] for each in found[name]]
            for name in ("fitting", "too_large", "left_out")
        }
        everyone = [each for group in groups.values() for each in group]
        assert sorted(everyone) == sorted(
            model.id
            for model in MODEL_REGISTRY
            if model.kind in KINDS[task] and model.huggingface_id is not None
        )
        memory = found["machine"]["memory"]
        for each in found["fitting"]:
            assert each["need"]["total"] + each["spare"] == memory
            assert each["missing"] == 0
            model = MODELS_BY_ID[each["id"]]
            assert model.status != "deprecated"
            assert each["need"]["context"] <= (longest_context(model) or each["need"]["context"])
        for each in found["too_large"]:
            assert each["need"]["total"] - each["missing"] == memory
            assert all(cure["need"]["total"] <= memory for cure in each["cures"])
        assert all(each["reason"] for each in found["left_out"])
        missing = [each["missing"] for each in found["too_large"]]
        assert missing == sorted(missing)
        standing = [
            (
                each["speed"]["fast_enough"],
                each["spare"] >= 0.15 * each["need"]["total"],
                round(each["figure"] or 0, 2),
            )
            for each in found["fitting"]
        ]
        assert standing == sorted(standing, reverse=True)

    @pytest.mark.parametrize("task", TASKS)
    def test_only_models_of_the_language_or_of_unknown_ones(self, task: str) -> None:
        found = recommended("--task", task, "--language", "de", "--vram", "80GB", *EVERYTHING)
        listed = ["de" in languages_of(MODELS_BY_ID[each["id"]]) for each in found["fitting"]]
        assert listed == sorted(listed, reverse=True)
        for each in (*found["fitting"], *found["too_large"]):
            assert "de" in (languages_of(MODELS_BY_ID[each["id"]]) or ("de",))

    def test_only_in_the_format_asked_for(self) -> None:
        found = recommended(
            "--task", "chat", "--quantization", "Q8_0", "--vram", "16GB", *EVERYTHING
        )
        assert found["fitting"]
        for each in (*found["fitting"], *found["too_large"]):
            assert each["need"]["quantization"] == "q8_0"

    def test_more_memory_fits_no_less(self) -> None:
        before: set[str] = set()
        for size in ("2GB", "8GB", "24GB", "500GB", "2TB"):
            found = recommended("--task", "chat", "--vram", size, *EVERYTHING)
            now = {each["id"] for each in found["fitting"]}
            assert before <= now
            before = now
        assert found["too_large"] == []


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--vram", "nonsense"), "'nonsense' is not an amount of memory; write 8GB, 8GiB or"),
            (("--vram", ""), "'' is not an amount of memory"),
            (("--vram", "0GB"), "'0GB': memory should be above 0"),
            (("--vram=-8GB",), "'-8GB' is not an amount of memory"),
            (("--vram", "9999999TB"), "and at most 8192TB"),
            (("--ram", "8\u212a"), "is not an amount of memory"),
            (("--ram", os.fsdecode(b"\xff8GB")), "is not an amount of memory"),
            (("--vram", "8GB", "--ram", "8GB"), "--vram and --ram name several machines; give one"),
            (("--vram", "", "--tiers"), "--vram and --tiers name several machines; give one"),
            (("--auto", "--tiers"), "--auto and --tiers name several machines; give one"),
            (("--cores", "4"), "--cores belongs to --ram"),
            (("--cores", "4", "--vram", "8GB"), "--cores belongs to --ram"),
            (("--ram", "8GB", "--cores", "0"), "--cores"),
            (("--ram", "8GB", "--language", "xx"), "no model here supports the language 'xx'"),
            (("--tiers", "--language", "germn"), "no model here supports the language 'germn'"),
            (
                ("--ram", "8GB", "--quantization", "q9"),
                "quantization 'q9' is not one of fp32, fp16",
            ),
            (("--ram", "8GB", "--quantization", "int8"), "quantization int8 needs a GPU with CUDA"),
            (("--tiers", "--quantization", "4bit"), "quantization nf4 needs a GPU with CUDA"),
            (("--ram", "8GB", "--context", "0"), "--context"),
            (("--ram", "8GB", "--context", "many"), "--context"),
            (("--ram", "8GB", "--limit", "0"), "--limit"),
            (("--task", "translation"), "--task"),
            (("chat",), "chat"),
        ],
    )
    def test_one_line_and_exit_status_2(self, arguments: tuple[str, ...], said: str) -> None:
        assert said in complaint("recommend", *arguments, status=2)


class TestThisMachine:
    """A fake `nvidia-smi` on the PATH answers as the driver's does."""

    ANSWER = "0, GPU-1a, NVIDIA GeForce RTX 4090, 24564, 23888\n1, GPU-2b, Tesla T4, 15360, 14910\n"

    def path(self, folder: Path, script: str) -> str:
        """A PATH on which the script is `nvidia-smi`."""
        folder.mkdir(exist_ok=True)
        program = folder / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return f"{folder}{os.pathsep}{os.environ['PATH']}"

    def ask(self, folder: Path, script: str, *arguments: str, **more: str) -> Any:
        path = self.path(folder, script)
        asked = ("--task", "chat", "--limit", "1", *arguments)
        return recommended(*asked, PATH=path, **{"CUDA_VISIBLE_DEVICES": "0,1"} | more)["machine"]

    def test_the_card_with_the_most_free_memory(self, tmp_path: Path) -> None:
        script = f"printf '%s' '{self.ANSWER}'"
        machine = self.ask(tmp_path, script, "--auto")
        assert machine["name"] == "NVIDIA GeForce RTX 4090"
        assert (machine["device"], machine["memory"]) == ("gpu", 23888 * MIB)
        assert machine == self.ask(tmp_path, script)
        hidden = self.ask(tmp_path, script, CUDA_VISIBLE_DEVICES="1")
        assert (hidden["name"], hidden["memory"]) == ("Tesla T4", 14910 * MIB)
        assert self.ask(tmp_path, script, CUDA_VISIBLE_DEVICES="")["device"] == "cpu"

    def test_what_it_is_asked(self, tmp_path: Path) -> None:
        said = tmp_path / "said"
        self.ask(tmp_path / "bin", f"""printf '%s\\n' "$@" > '{said}'""")
        assert said.read_text().splitlines() == [
            "--query-gpu=index,uuid,name,memory.total,memory.free",
            "--format=csv,noheader,nounits",
        ]

    @pytest.mark.parametrize(
        ("script", "note"),
        [
            ("echo '0, GPU-1, NVIDIA GB10, [N/A], [N/A]'", "NVIDIA GB10 does not say how much"),
            ("echo 'No devices were found'; exit 6", "nvidia-smi: No devices were found"),
            ("echo 'driver gone' >&2; exit 9", "nvidia-smi: driver gone"),
            ("exit 1", "nvidia-smi: no message"),
            ("exec sleep 60", "nvidia-smi did not answer within 0.5 seconds"),
        ],
    )
    def test_a_driver_that_does_not_answer(
        self, script: str, note: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if "sleep" in script:
            monkeypatch.setattr("registry.fit._gpus._PATIENCE", 0.5)
        machine = self.ask(tmp_path, script)
        assert machine["device"] == "cpu"
        assert 0 < machine["memory"] <= psutil.virtual_memory().total
        assert [each for each in machine["notes"] if each.startswith(note)]
        path = self.path(tmp_path, script)
        shown = run("recommend", PATH=path, CUDA_VISIBLE_DEVICES="0")
        assert shown.status == 0
        assert f"registry: {note}" in shown.stderr

    @pytest.mark.parametrize("script", [r"printf '\377\000,\033[2J,,,,\n'", "echo ,,,,,,", ":"])
    def test_an_answer_that_is_none(self, script: str, tmp_path: Path) -> None:
        assert self.ask(tmp_path, script)["device"] == "cpu"

    def test_a_program_that_cannot_be_run(self, tmp_path: Path) -> None:
        path = self.path(tmp_path, "")
        (tmp_path / "nvidia-smi").write_bytes(b"\x00not a program")
        machine = recommended("--limit", "1", PATH=path)["machine"]
        assert machine["device"] == "cpu"
        assert machine["notes"][0].startswith("nvidia-smi cannot be run: ")

    def test_a_described_machine_is_not_looked_at(self, tmp_path: Path) -> None:
        said = tmp_path / "said"
        path = self.path(tmp_path / "bin", f"touch '{said}'")
        for machine in (("--vram", "8GB"), ("--ram", "8GB"), ("--tiers",)):
            succeed("recommend", "--json", *machine, PATH=path)
        assert not said.exists()


class TestWhatItLoads:
    @pytest.mark.parametrize("arguments", [(), ("--tiers",), ("--vram", "8GB", "--json")])
    def test_no_heavy_library(self, arguments: tuple[str, ...]) -> None:
        done = subprocess.run(
            [sys.executable, "-X", "importtime", *COMMAND[1:], "recommend", *arguments],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert "registry.fit._recommendation" in loaded
        heavy = {"torch", "numpy", "transformers", "huggingface_hub", "sentence_transformers"}
        assert not loaded & (heavy | {"registry_codegen.compile", "jinja2", "rich.table", "httpx2"})

    def test_without_psutil_a_described_machine_will_do(
        self, tmp_path: Path, golden: Golden
    ) -> None:
        lean = Environment.create(tmp_path / "lean", "rich", "typer")
        here = f"{ROOT / 'src'}\n{ROOT / 'codegen'}\n"
        (lean.site_packages / "here.pth").write_text(here)
        command = ("-m", "registry", "recommend")
        result = lean.run(*command, cwd=tmp_path)
        assert (result.status, result.stdout) == (1, "")
        golden(result.stderr)
        for machine in (("--vram", "8GB"), ("--ram", "8GB"), ("--tiers",)):
            assert lean.succeed(*command, *machine, cwd=tmp_path)

"""What the project knows about architectures, compared with the installed transformers."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import transformers

from catalogues import ROOT
from memory_repository import MemoryRepository
from registry.hub._description import describe
from registry_base import architectures
from registry_codegen.entry_view import EntryView
from registry_codegen.rules import shape
from transformers_architectures import PATH, longest_input, prepared, read, task_mappings, written

DATA = json.loads(PATH.read_text("utf-8"))
RESERVING = sorted(DATA["reserving"])


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.heavy
@pytest.mark.exhaustive
def test_the_file_is_what_the_installed_transformers_says() -> None:
    if DATA["transformers"] != transformers.__version__:
        pytest.skip(f"architectures.json is of transformers {DATA['transformers']}")
    assert written(read()) == PATH.read_text("utf-8"), "python -m tests.transformers_architectures"


@pytest.mark.heavy
@pytest.mark.parametrize("name", RESERVING)
def test_the_longest_input_is_what_add_writes(name: str) -> None:
    """Measured on tiny networks, which fail with one token more."""
    config = {
        "model_type": name,
        "architectures": ["Some"],
        "max_position_embeddings": 24,
        "pad_token_id": 3,
    }
    found = describe(MemoryRepository({"config.json": config}), "dense")
    longest = longest_input(name, positions=24, padding=3)
    if name == "mpnet":  # its padding is always 1
        assert longest == 22
        config["pad_token_id"] = 1
        found = describe(MemoryRepository({"config.json": config}), "dense")
    assert found.facts["specs.context_length"].value == longest
    assert found.facts["specs.context_length"].kind == "computed"


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["bert", "distilbert", "electra", "albert", "nystromformer"])
def test_others_use_the_whole_table(name: str) -> None:
    assert longest_input(name, positions=24, padding=3) == 24
    config = {"model_type": name, "max_position_embeddings": 24, "pad_token_id": 3}
    found = describe(MemoryRepository({"config.json": config}), "dense")
    assert found.facts["specs.context_length"].value == 24


@pytest.mark.parametrize("name", RESERVING)
def test_the_rules_of_catalogues_reserve_the_same(name: str) -> None:
    def objections(architecture: str, context: int) -> int:
        specs = {"context_length": context, "max_position_embeddings": 514}
        data: dict[str, Any] = {"architecture": {"type": architecture}, "specs": specs}
        return len(list(shape.positions(EntryView(0, data))))

    usable = 514 - DATA["reserving"][name] - 1
    assert (objections(name, usable), objections(name, usable + 1)) == (0, 1)
    assert objections("bert", 514) == 0


def _beyond_text() -> list[str]:
    """All model types of the installed transformers with processors for images, sound or video."""
    found = {name for mapping in prepared().values() for name in mapping}
    words = ("IMAGE", "AUDIO", "VIDEO", "SPEECH", "VISUAL", "CTC", "WAVEFORM")
    for task, mapping in task_mappings().items():
        if any(word in task for word in words):
            found |= set(mapping)
    return sorted(found)


@pytest.mark.heavy
def test_no_type_for_images_sound_or_video_reads_text_alone() -> None:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    read_as: dict[str, object] = {}
    for name in _beyond_text():
        try:
            config = CONFIG_MAPPING[name]().to_dict()
        except Exception:  # some have no default configuration
            continue
        text = json.dumps(config, default=str)
        for kind in ("dense", "llm"):
            fact = describe(MemoryRepository({"config.json": text}), kind).facts.get(
                "capabilities.modalities"
            )
            read_as[f"{name} as {kind}"] = None if fact is None else fact.value
    assert len(read_as) > 2 * 250
    assert [name for name, value in read_as.items() if value == ["text"]] == []
    known = [name for name, value in read_as.items() if value]
    assert len(known) > 0.8 * len(read_as), "most are known for what they are"


@pytest.mark.heavy
def test_the_sizes_of_default_configurations_are_found() -> None:
    """Whatever an architecture calls them, they equal transformers' own under the usual names."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    usual = {
        "specs.hidden_dim": "hidden_size",
        "specs.num_layers": "num_hidden_layers",
        "specs.num_attention_heads": "num_attention_heads",
        "specs.max_position_embeddings": "max_position_embeddings",
    }
    # longcat_flash has two attentions per layer, and counts each as a layer in Python.
    wrong: list[str] = []
    absent = 0
    for name in architectures_that_read_text():
        config = CONFIG_MAPPING[name]()
        data = {**config.to_dict(), "architectures": ["AnyForCausalLM"]}
        found = describe(MemoryRepository({"config.json": json.dumps(data, default=str)}), "llm")
        for path, attribute in usual.items():
            try:
                value = getattr(config, attribute, None)
            except Exception:  # differs per layer
                continue
            fact = found.facts.get(path)
            if type(value) is int and value > 0 and name != "longcat_flash":
                absent += fact is None
                if fact is not None and fact.value != value:
                    wrong.append(f"{name}.{attribute}: {value}, read {fact}")
    assert wrong == []
    assert absent <= 3, "funnel, nemotron_h and prophetnet compute their layers"


def architectures_that_read_text() -> list[str]:
    """The architectures that `modalities` knows to read text."""
    names: list[str] = DATA["modalities"]["text"]
    assert {architectures.modalities(name) for name in names} == {("text",)}
    return names


def test_adding_imports_no_transformers() -> None:
    import subprocess

    program = (
        "import sys, registry.hub.adding, registry.hub.verification, registry.hub.remote;"
        "from registry_base import architectures; architectures.modalities('bert');"
        "raise SystemExit('transformers' in sys.modules or 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

"""`Sampling(thinking=...)`: each backend's own switch, refused if it has none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from llm_fixtures import tiny_entry, tiny_llama

from registry import QWEN2_5_1_5B_INSTRUCT, QWEN3_0_6B
from registry.encoders.generator import Sampling, TextGenerator
from registry.errors import BackendError, InputError, UnsupportedError
from registry.loading.load import load
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel
from servers.openai import OpenAIServer

__all__ = ["tiny_llama"]  # a fixture that pytest finds by name

TAG = "qwen3:0.6b-q4_K_M"
switched = pytest.mark.parametrize("thinking", [True, False])


@switched
def test_an_entry_that_says_there_is_no_switch(thinking: bool) -> None:
    with OpenAIServer() as server:
        generator = load(QWEN2_5_1_5B_INSTRUCT, backend="openai", base_url=server.url)
        with pytest.raises(UnsupportedError):
            generator.generate("Once", Sampling(thinking=thinking))


@switched
def test_ollama(thinking: bool) -> None:
    with OllamaServer() as server:
        able = ("completion", "thinking")
        server.store.add(TAG, StoredModel(family="qwen3", capabilities=able))
        generator = load(QWEN3_0_6B, backend="ollama", base_url=server.url)
        for prompt in ("Once", [{"role": "user", "content": "Once"}]):
            generator.generate(prompt, Sampling(thinking=thinking))  # type: ignore[arg-type]
            assert server.requests[-1].body["think"] is thinking
        generator.generate("Once")
        assert "think" not in server.requests[-1].body


@switched
def test_a_model_of_ollama_without_a_switch(thinking: bool) -> None:
    with OllamaServer() as server:
        server.store.add(TAG, StoredModel(family="qwen3"))
        generator = load(QWEN3_0_6B, backend="ollama", base_url=server.url)
        with pytest.raises(UnsupportedError, match="no thinking mode to switch"):
            generator.generate("Once", Sampling(thinking=thinking))
        assert not server.asked("/api/generate")


@switched
def test_a_server_of_ones_own(thinking: bool) -> None:
    with OpenAIServer() as server:
        generator = load(QWEN3_0_6B, backend="openai", base_url=server.url)
        generator.generate("Once", Sampling(thinking=thinking))
        assert server.requests[-1].body["chat_template_kwargs"] == {"enable_thinking": thinking}
        generator.generate("Once")
        assert "chat_template_kwargs" not in server.requests[-1].body


def test_a_hosted_one() -> None:
    generator = load(QWEN3_0_6B, backend="openai", api_key="hf_something")
    with pytest.raises(UnsupportedError, match="thinking"):
        generator.generate("Once", Sampling(thinking=False))


@switched
def test_in_this_process(tiny_llama: Path, tmp_path: Path, thinking: bool) -> None:
    folder = shutil.copytree(tiny_llama, tmp_path / "switched")
    tuned = tiny_entry(instruction_tuned=True)
    switch = "{% if enable_thinking %}yes yes{% else %}no{% endif %}"
    (folder / "chat_template.jinja").write_text(
        "{% for m in messages %}{{ m.content }}{% endfor %}" + switch
    )
    generator: Any = load(tuned, local_path=folder, device="cpu")
    short = Sampling(temperature=0, max_tokens=2, thinking=thinking)
    assert isinstance(generator.generate("once", short), str)
    seen = generator._tokens(
        generator._tokenizer,
        "once",
        generator._switched(generator._tokenizer, "once", Sampling(thinking=thinking)),
    )
    text = generator._tokenizer.decode(seen["input_ids"][0])
    assert ("yes" in text) is thinking
    base = load(tiny_entry(instruction_tuned=False), local_path=folder, device="cpu")
    with pytest.raises(UnsupportedError, match="no switch for thinking"):
        base.generate("once", Sampling(thinking=thinking))


def told(generator: TextGenerator) -> str | None:
    return generator.thoughts


def test_thoughts_that_a_server_tells_apart() -> None:
    with OllamaServer() as server:
        server.store.add(TAG, StoredModel(family="qwen3"))
        generator = load(QWEN3_0_6B, backend="ollama", base_url=server.url)
        lines = [
            {"response": "", "thinking": "let me ", "done": False},
            {"response": "", "thinking": "see", "done": False},
            {"response": "Yes", "done": True, "done_reason": "stop"},
        ]
        whole = "".join(json.dumps(line) + "\n" for line in lines).encode()
        server.fails("status", status=200, message=whole)
        assert generator.generate("Once") == "Yes"
        assert told(generator) == "let me see"
        generator.generate("Once")
        assert told(generator) is None
    with OpenAIServer() as other:
        generator = load(QWEN3_0_6B, backend="openai", base_url=other.url)
        chunks = [
            {"choices": [{"delta": {"reasoning_content": "let me see"}, "finish_reason": None}]},
            {"choices": [{"delta": {"content": "Yes"}, "finish_reason": "stop"}]},
        ]
        other.says(*(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks))
        assert generator.generate("Once") == "Yes"
        assert told(generator) == "let me see"


@pytest.mark.parametrize("value", ["yes", 1, 0])
def test_what_is_no_switch(value: Any) -> None:
    with pytest.raises(InputError, match="thinking should be True, False or None"):
        Sampling(thinking=value)


def test_a_server_that_does_not_take_it_says_so() -> None:
    with OpenAIServer() as server:
        generator = load(QWEN3_0_6B, backend="openai", base_url=server.url)
        server.fails("status", status=400, message="unknown field", path="/chat/completions")
        with pytest.raises(BackendError, match="unknown field"):
            generator.generate("Once", Sampling(thinking=True))

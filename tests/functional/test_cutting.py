"""Texts for servers are cut by the checkpoint's tokenizer, to no more tokens than it reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alone import alone
from checkpoints import minilm_folder

from registry import ALL_MINILM_L6_V2, load
from registry.backends._cutting import cutter
from registry.errors import InputError
from registry.files.lock_file import Lock, LockedModel
from servers.language import vector
from servers.mistaken import MistakenServer

__all__ = ["alone"]  # a fixture that pytest finds by name


def test_texts_are_cut_by_the_checkpoints_tokenizer(tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    model = replace(ALL_MINILM_L6_V2, max_sequence_length=12)
    snapshot = tmp_path / "hub" / "models--sentence-transformers--all-MiniLM-L6-v2" / "snapshots"
    folder = snapshot / str(model.revision)
    folder.mkdir(parents=True)
    (folder / "tokenizer.json").write_bytes((minilm_folder() / "tokenizer.json").read_bytes())
    cut = cutter(model, tmp_path / "hub")
    assert cut is not None
    text = "A man is eating food, and nobody knows why he does so today."
    tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    whole = tokenizer.encode(text).ids
    assert tokenizer.encode(cut(text)).ids == [*whole[:11], whole[-1]]
    assert cut("short") == "short"


def byte_tokenizer(folder: Path, model: Any, revision: str) -> Any:
    """A tokenizer with a token per byte, in the cache at a revision."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {each: place for place, each in enumerate(["<s>", "</s>", *alphabet])}
    tokenizer: Any = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = [("<s>", 0), ("</s>", 1)]
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", None, special)
    name = f"models--{str(model.huggingface_id).replace('/', '--')}"
    place = folder / name / "snapshots" / revision
    place.mkdir(parents=True)
    tokenizer.save(str(place / "tokenizer.json"))
    return tokenizer


def test_a_character_of_several_tokens_is_left_out_whole(tmp_path: Path) -> None:
    model = replace(ALL_MINILM_L6_V2, max_sequence_length=12)
    tokenizer = byte_tokenizer(tmp_path, model, str(model.revision))
    cut = cutter(model, tmp_path)
    assert cut is not None
    for start in ("", "a", "ab", "abc"):
        found = cut(start + "😀" * 20)
        assert found == start + "😀" * ((12 - 2 - len(start)) // 4)
        assert len(tokenizer.encode(found).ids) <= 12


def test_texts_are_cut_by_the_tokenizer_of_the_locked_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, commit = ALL_MINILM_L6_V2, "b" * 40
    lock = Lock({model.id: LockedModel(str(model.huggingface_id), commit, {})})
    (tmp_path / "models.lock.json").write_text(lock.text(), "utf-8")
    monkeypatch.setenv("REGISTRY_LOCK", str(tmp_path / "models.lock.json"))
    byte_tokenizer(tmp_path / "hub", model, str(model.revision))
    assert cutter(model, tmp_path / "hub") is None
    byte_tokenizer(tmp_path / "hub", model, commit)
    assert cutter(model, tmp_path / "hub") is not None


@pytest.mark.parametrize("cached", [False, True])
def test_the_tokenizer_is_no_cure_where_it_has_cut(cached: bool, tmp_path: Path) -> None:
    if cached:
        byte_tokenizer(tmp_path / "hub", ALL_MINILM_L6_V2, str(ALL_MINILM_L6_V2.revision))
    with MistakenServer(lambda texts: [vector(text, 384) for text in texts]) as server:
        server.count = lambda text: 2 * len(text)
        encoder = load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url, probe=False)
        with pytest.raises(InputError, match="cut them first") as caught:
            encoder.encode_documents(["word " * 300])
    assert ("registry pull" in str(caught.value)) is not cached

"""Fingerprints: stable forever, parsed without loss, and exact about differences."""

import hashlib
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import registry
from registry import (
    BGE_M3,
    COLBERT_V2,
    E5_BASE_V2,
    JINA_COLBERT_V2,
    QWEN3_1_7B,
    SPLADE_V3,
    DenseModel,
    EmbeddingModel,
    Export,
    models_by_max_embedding_dim,
)
from registry.errors import FingerprintMismatchError, InputError, RegistryError
from registry.files.lock_file import Lock, LockedModel
from registry.fingerprints.index_fingerprint import (
    Fingerprint,
    InvalidFingerprintError,
    check_fingerprint,
    fingerprint,
)
from registry.models.api import repository_of
from registry.selection.model_config import ModelConfig

SOURCES = str(Path(registry.__file__).parents[1])
COMMIT = "0123456789abcdef0123456789abcdef01234567"
# Not from the catalogue, where a pin or a prompt may change: these texts must not.
MODEL = replace(
    E5_BASE_V2,
    id="some-encoder",
    revision=COMMIT,
    embedding_dim=768,
    matryoshka_dims=(768, 512, 256),
    query_prompt="query: ",
    document_prompt="passage: ",
)

PROMPTS = "08a8bf6b.707ad539"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def differences(stored: str, model: DenseModel = MODEL, **arguments: Any) -> tuple[str, ...]:
    with pytest.raises(FingerprintMismatchError) as caught:
        check_fingerprint(stored, model, **arguments)
    for each in caught.value.differences:
        assert each in str(caught.value)
    return caught.value.differences


def test_the_revision_is_the_one_that_load_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "b" * 40
    lock = Lock({MODEL.id: LockedModel(repository_of(MODEL), commit, {})})
    (tmp_path / "models.lock.json").write_text(lock.text())
    pinned = fingerprint(MODEL)
    monkeypatch.chdir(tmp_path)
    for model in (MODEL, replace(MODEL, revision=None)):
        assert Fingerprint.parse(fingerprint(model)).revision == commit[:12]
        assert Fingerprint.parse(fingerprint(model, revision="c" * 40)).revision == "c" * 12
    (difference,) = differences(pinned)
    assert difference.endswith(f"stored {COMMIT[:12]}, now {commit[:12]}")
    assert fingerprint(replace(MODEL, id="not-locked")).startswith(f"tr1:not-locked@{COMMIT[:12]}")


class TestTheText:
    @pytest.mark.parametrize(
        ("changes", "arguments", "text"),
        [
            ({}, {}, "tr1:some-encoder@0123456789ab:768:08a8bf6b.707ad539:-"),
            ({}, {"dim": 256}, "tr1:some-encoder@0123456789ab:256:08a8bf6b.707ad539:-"),
            (
                {},
                {"quantization": "int8"},
                "tr1:some-encoder@0123456789ab:768:08a8bf6b.707ad539:int8",
            ),
            (
                {},
                {"quantization": "int8+8bit"},
                "tr1:some-encoder@0123456789ab:768:08a8bf6b.707ad539:8bit+int8",
            ),
            (
                {"query_prompt": None, "document_prompt": ""},
                {},
                "tr1:some-encoder@0123456789ab:768:-.e3b0c442:-",
            ),
            (
                {"query_prompt": "为这个句子生成表示", "document_prompt": None, "revision": None},
                {},
                "tr1:some-encoder@?:768:2c395ab2.-:-",
            ),
            (
                {},
                {"revision": "refs/pr/1"},
                "tr1:some-encoder@refs/pr/1:768:08a8bf6b.707ad539:-",
            ),
            (
                {"id": "Org/Name:x@y é"},
                {},
                "tr1:Org/Name%3Ax%40y%20%C3%A9@0123456789ab:768:08a8bf6b.707ad539:-",
            ),
        ],
    )
    def test_is_the_same_in_every_release(
        self, changes: dict[str, Any], arguments: dict[str, Any], text: str
    ) -> None:
        assert fingerprint(replace(MODEL, **changes), **arguments) == text

    def test_of_models_of_the_catalogue(self) -> None:
        # These may only change when the catalogue's facts do.
        assert fingerprint(COLBERT_V2) == "tr1:colbert-v2@c1e84128e85e:128:-.-:-"
        assert fingerprint(JINA_COLBERT_V2, dim=64).endswith(":64:-.-:-")
        assert fingerprint(SPLADE_V3).startswith("tr1:splade-v3@fdfeceb91d7b:30522:")

    def test_is_the_same_in_every_process(self) -> None:
        program = (
            "from registry import E5_BASE_V2, fingerprint;"
            "print(fingerprint(E5_BASE_V2, quantization='binary'))"
        )
        texts = {
            subprocess.run(
                [sys.executable, "-c", program],
                env={**os.environ, "PYTHONPATH": SOURCES, "PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            for seed in ("0", "1")
        }
        assert texts == {fingerprint(E5_BASE_V2, quantization="binary") + "\n"}

    @pytest.mark.parametrize(
        "model", models_by_max_embedding_dim(10**6), ids=lambda model: str(model.id)
    )
    def test_every_model_that_gives_vectors_has_one(self, model: EmbeddingModel) -> None:
        text = fingerprint(model)
        assert text.isascii()
        assert text.isprintable()
        assert " " not in text
        assert len(text) < 120
        read = Fingerprint.parse(text)
        assert (read.model_id, read.dim) == (model.id, model.embedding_dim)
        assert (read.revision is None) == (model.revision is None)
        check_fingerprint(text, model)

    def test_no_two_models_share_one(self) -> None:
        models = models_by_max_embedding_dim(10**6)
        assert len({fingerprint(model) for model in models}) == len(models) > 200

    def test_a_config_of_a_registered_model_has_the_models_own(self) -> None:
        assert fingerprint(ModelConfig.colbert_v2()) == fingerprint(COLBERT_V2)
        unregistered = ModelConfig("acme/encoder", 768, 512).as_dense()
        assert fingerprint(unregistered) == "tr1:acme/encoder@?:768:-.-:-"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"dim": 300}, "some-encoder: 300 is not a registered width; there are 768, 512, 256"),
            ({"dim": 0}, "some-encoder: 0 is not a registered width; there are 768, 512, 256"),
            ({"quantization": ""}, "quantization ''"),
            ({"quantization": "Int8"}, "quantization 'Int8'"),
            ({"quantization": "int8:x"}, "quantization 'int8:x'"),
            ({"quantization": "-"}, "quantization '-'"),
            ({"quantization": "int8+"}, "quantization 'int8\\+'"),
            ({"quantization": "int8\n"}, "quantization 'int8"),
        ],
    )
    def test_what_cannot_have_been(self, arguments: dict[str, Any], message: str) -> None:
        with pytest.raises(InputError, match=message):
            fingerprint(MODEL, **arguments)

    def test_what_gives_no_vectors_has_none(self) -> None:
        with pytest.raises(InputError, match=r"^qwen3-1\.7b gives no vectors"):
            fingerprint(QWEN3_1_7B)  # type: ignore[arg-type]  # checkers refuse it too
        with pytest.raises(InputError, match=r"^acme/x gives no vectors"):
            fingerprint(ModelConfig("acme/x", None, 512))  # type: ignore[arg-type]  # as above
        with pytest.raises(InputError, match="without an id"):
            fingerprint(replace(MODEL, id=""))


class TestDifferences:
    stored = fingerprint(MODEL)

    def test_none(self) -> None:
        check_fingerprint(self.stored, MODEL)
        check_fingerprint(f"  {self.stored}\n", MODEL, dim=768)
        text = fingerprint(MODEL, dim=256, quantization="8bit+int8")
        check_fingerprint(text, MODEL, dim=256, quantization="int8+8bit")

    @pytest.mark.parametrize(
        ("changes", "arguments", "expected"),
        [
            (
                {"id": "another"},
                {},
                "model: stored some-encoder (revision 0123456789ab), "
                "now another (revision 0123456789ab)",
            ),
            (
                {"revision": "f" * 40},
                {},
                "revision of some-encoder: stored 0123456789ab, now ffffffffffff",
            ),
            (
                {},
                {"revision": "main"},
                "revision of some-encoder: stored 0123456789ab, now main",
            ),
            (
                {"revision": None},
                {},
                "revision of some-encoder: stored 0123456789ab, now unknown",
            ),
            ({}, {"dim": 512}, "dim: stored 768, now 512"),
            (
                {"query_prompt": "Q: "},
                {},
                f"query prompt: stored one with hash 08a8bf6b, now 'Q: ' with hash {sha('Q: ')}",
            ),
            (
                {"document_prompt": None},
                {},
                "document prompt: stored one with hash 707ad539, now none",
            ),
            ({}, {"quantization": "binary"}, "quantization: stored none, now binary"),
        ],
    )
    def test_exactly_one(
        self, changes: dict[str, Any], arguments: dict[str, Any], expected: str
    ) -> None:
        assert differences(self.stored, replace(MODEL, **changes), **arguments) == (expected,)

    def test_the_other_way_round(self) -> None:
        bare = replace(MODEL, query_prompt=None, revision=None)
        stored = fingerprint(bare, quantization="int8")
        assert differences(stored) == (
            "revision of some-encoder: stored unknown, now 0123456789ab",
            "query prompt: stored none, now 'query: ' with hash 08a8bf6b",
            "quantization: stored int8, now none",
        )

    def test_all_of_them(self) -> None:
        stored = fingerprint(JINA_COLBERT_V2, dim=64, quantization="int8")
        named = [each.partition(":")[0] for each in differences(stored, dim=512)]
        assert named == ["model", "dim", "query prompt", "document prompt", "quantization"]

    def test_a_revision_that_nobody_knows_cannot_differ(self) -> None:
        # A weaker check, as the docstring says.
        unpinned = replace(MODEL, revision=None)
        check_fingerprint(fingerprint(unpinned), unpinned)

    def test_the_error_survives_a_process_boundary(self) -> None:
        with pytest.raises(FingerprintMismatchError) as caught:
            check_fingerprint(self.stored, BGE_M3)
        copied = pickle.loads(pickle.dumps(caught.value))
        assert (copied.differences, str(copied)) == (caught.value.differences, str(caught.value))


class TestTextsThatAreNoFingerprints:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "'' is not a fingerprint; they start with tr1:"),
            ("colbert-v2", "'colbert-v2' is not a fingerprint"),
            ("tr:colbert-v2@?:128:-.-:-", "is not a fingerprint"),
            ("tr0:colbert-v2@?:128:-.-:-", "is not a fingerprint"),
            ("tr01:colbert-v2@?:128:-.-:-", "is not a fingerprint"),
            ("TR1:colbert-v2@?:128:-.-:-", "is not a fingerprint"),
            ("tr2:whatever comes", r"was written by a newer tessera-registry \(format tr2"),
            ("tr10:colbert-v2@?:128:-.-:-", r"newer tessera-registry \(format tr10"),
            ("tr1:", "is a damaged fingerprint; expected tr1:model@revision:"),
            ("tr1:colbert-v2@c1e84128e85e:128:-.-", "damaged"),
            ("tr1:colbert-v2@c1e84128e85e:128:-.-:-:", "damaged"),
            ("tr1:colbert-v2:128:-.-:-", "damaged"),
            ("tr1:colbert-v2@:128:-.-:-", "damaged"),
            ("tr1:@?:128:-.-:-", "damaged"),
            ("tr1:colbert-v2@?:0:-.-:-", "damaged"),
            ("tr1:colbert-v2@?:-1:-.-:-", "damaged"),
            (f"tr1:colbert-v2@?:{'9' * 5000}:-.-:-", "damaged"),
            ("tr1:colbert-v2@?:\uff11\uff12:-.-:-", "damaged"),
            ("tr1:colbert-v2@?:128:-:-", "damaged"),
            ("tr1:colbert-v2@?:128:0123456.-:-", "damaged"),
            ("tr1:colbert-v2@?:128:-.-:INT8", "damaged"),
            ("tr1:col bert@?:128:-.-:-", "damaged"),
            ("tr1:%ff@?:128:-.-:-", "damaged"),
        ],
    )
    def test_are_refused_in_words(self, text: str, message: str) -> None:
        with pytest.raises(InvalidFingerprintError, match=message) as caught:
            check_fingerprint(text, BGE_M3)
        assert len(str(caught.value)) < 250
        assert isinstance(caught.value, RegistryError)
        assert not isinstance(caught.value, FingerprintMismatchError)

    @given(st.text() | st.text(alphabet="tr1:@?.-%0fa+", max_size=40).map("tr1:a".__add__))
    def test_nothing_else_comes_of_any_text(self, text: str) -> None:
        try:
            read = Fingerprint.parse(text)
        except InvalidFingerprintError:
            return
        assert Fingerprint.parse(str(read)) == read


names = st.text(min_size=1)  # including ":", "@", "%", line breaks and lone surrogates
hashes = st.none() | st.from_regex("[0-9a-f]{8}", fullmatch=True)
part = st.from_regex("[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True)
fingerprints = st.builds(
    Fingerprint,
    model_id=names,
    revision=st.none() | names,
    dim=st.integers(1, 10**9 - 1),
    query_prompt=hashes,
    document_prompt=hashes,
    quantization=st.none()
    | st.lists(part, min_size=1, max_size=3).map(lambda p: "+".join(sorted(p))),
)
prompts = st.none() | st.text()
models = st.builds(
    lambda **changes: replace(MODEL, **changes),
    id=names,
    revision=st.none() | names | st.from_regex("[0-9a-f]{40}", fullmatch=True),
    query_prompt=prompts,
    document_prompt=prompts,
)
arguments = st.fixed_dictionaries(
    {
        "dim": st.sampled_from([None, 768, 512, 256]),
        "quantization": st.sampled_from([None, "int8", "binary", "8bit+int8"]),
    }
)


class TestRoundTrip:
    @given(fingerprints)
    def test_reading_gives_back_what_was_written(self, made: Fingerprint) -> None:
        text = str(made)
        assert text.isascii()
        assert text.isprintable()
        assert Fingerprint.parse(text) == made
        assert str(Fingerprint.parse(text)) == text

    @given(models, arguments)
    def test_vectors_belong_to_what_made_them(
        self, model: DenseModel, arguments: dict[str, Any]
    ) -> None:
        check_fingerprint(fingerprint(model, **arguments), model, **arguments)

    @given(models, models, arguments, arguments)
    def test_and_to_nothing_else(
        self, one: DenseModel, two: DenseModel, made: dict[str, Any], asked: dict[str, Any]
    ) -> None:
        first, second = fingerprint(one, **made), fingerprint(two, **asked)
        if first == second:
            check_fingerprint(first, two, **asked)
            return
        old, new = vars(Fingerprint.parse(first)), vars(Fingerprint.parse(second))
        changed = [name for name in old if old[name] != new[name]]
        if "model_id" in changed and "revision" in changed:
            changed.remove("revision")  # reported together with the model
        words = {"model_id": "model", "query_prompt": "query prompt"}
        words["document_prompt"] = "document prompt"
        found = differences(first, two, **asked)
        assert len(found) == len(changed)
        for name, difference in zip(changed, found, strict=True):
            assert difference.startswith(words.get(name, name))


class TestOtherRuntimes:
    EXPORTED = replace(
        MODEL,
        exports=(Export(runtime="fastembed", huggingface_id="org/onnx", revision="e" * 40),),
    )

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (
                {"runtime": "fastembed"},
                f"tr1:some-encoder@{'e' * 12}:768:{PROMPTS}:-:fastembed:mean",
            ),
            ({"runtime": "ollama"}, f"tr1:some-encoder@?:768:{PROMPTS}:-:ollama:mean"),
            (
                {"runtime": "tei", "revision": "c" * 40, "pooling": "cls"},
                f"tr1:some-encoder@{'c' * 12}:768:{PROMPTS}:-:tei:cls",
            ),
            ({"revision": "?"}, f"tr1:some-encoder@?:768:{PROMPTS}:-"),
            ({"pooling": "cls"}, f"tr1:some-encoder@0123456789ab:768:{PROMPTS}:-:-:cls"),
            ({"pooling": "mean"}, f"tr1:some-encoder@0123456789ab:768:{PROMPTS}:-"),
            ({"runtime": "transformers"}, f"tr1:some-encoder@0123456789ab:768:{PROMPTS}:-"),
        ],
    )
    def test_what_they_run_is_said(self, arguments: dict[str, Any], text: str) -> None:
        assert fingerprint(self.EXPORTED, **arguments) == text
        assert str(Fingerprint.parse(text)) == text
        check_fingerprint(text, self.EXPORTED, **arguments)

    def test_they_are_told_apart(self) -> None:
        stored = fingerprint(MODEL, runtime="fastembed")
        assert any(each.startswith("runtime: ") for each in differences(stored))
        stored = fingerprint(MODEL, runtime="tei", pooling="cls")
        (difference,) = differences(stored, runtime="tei")
        assert difference.startswith("pooling: stored cls, now mean")

    @pytest.mark.parametrize("arguments", [{"runtime": "Fast Embed"}, {"pooling": "a:b"}])
    def test_names_in_another_form(self, arguments: dict[str, Any]) -> None:
        with pytest.raises(InputError):
            fingerprint(MODEL, **arguments)

    @pytest.mark.parametrize(
        "text", ["tr1:a@?:1:-.-:-:fastembed", "tr1:a@?:1:-.-:-:X:-", "tr1:a@?:1:-.-:-:ollama:"]
    )
    def test_damaged_ones(self, text: str) -> None:
        with pytest.raises(InvalidFingerprintError):
            Fingerprint.parse(text)

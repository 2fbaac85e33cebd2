"""Default models without a Hub: what is known, how listings are judged, cache robustness."""

import json
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.defaults import (
    Candidate,
    PopularModel,
    get_recommended_default_model,
    known_default_models,
)
from registry.defaults._cache import FILE_NAME, CachedDefault, DefaultsCache
from registry.defaults._judgement import Judged, judge
from registry.defaults._popular import popular_model
from registry.defaults._static import (
    canonical_type,
    documented_checkpoints,
    guess,
    names_type,
    static_defaults,
)
from registry.errors import InputError

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
TASK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.fixture(autouse=True)
def static_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_STATIC_REGISTRY", "true")


class TestStaticDefaults:
    def test_there_are_many_and_each_has_an_id_and_a_task(self) -> None:
        assert len(static_defaults()) > 150
        for name, known in static_defaults().items():
            assert REPOSITORY.fullmatch(known.huggingface_id), name
            assert TASK.fullmatch(known.task), name
            # The name from before the Hub had organizations.
            assert known.legacy_id is None or "/" not in known.legacy_id, name

    @pytest.mark.parametrize(
        ("name", "wanted"),
        [
            ("bert", "google-bert/bert-base-uncased"),
            ("gpt2", "openai-community/gpt2"),
            ("t5", "google-t5/t5-small"),
            ("vit", "google/vit-base-patch16-224"),
            ("gpt-j", "EleutherAI/gpt-j-6b"),
            ("whisper", "openai/whisper-small"),
            ("xlm-roberta", "FacebookAI/xlm-roberta-base"),
            ("clip", "openai/clip-vit-base-patch32"),
            ("qwen2", "Qwen/Qwen2.5-0.5B"),
        ],
    )
    def test_the_well_known_ones(self, name: str, wanted: str) -> None:
        found = get_recommended_default_model(name)
        assert (found.huggingface_id, found.source) == (wanted, "static")
        assert (found.notes, found.candidates) == ((), ())

    def test_one_that_is_gated_says_so(self) -> None:
        assert "gated" in get_recommended_default_model("llama").reason

    def test_all_of_them_are_listed(self) -> None:
        listed = known_default_models()
        assert [each.model_type for each in listed] == sorted(static_defaults())
        assert {each.source for each in listed} == {"static"}

    def test_no_type_is_there_twice(self) -> None:
        assert not static_defaults().keys() & documented_checkpoints().keys()
        names = (*static_defaults(), *documented_checkpoints())
        assert [canonical_type(name) for name in names] == list(names)
        assert [canonical_type(name.upper().replace("-", "_")) for name in names] == list(names)


class TestModelTypes:
    @pytest.mark.parametrize(
        ("written", "wanted"),
        [
            ("GPT-J", "gptj"),
            ("gpt_j", "gptj"),
            ("gptj", "gptj"),
            ("ViT", "vit"),
            ("xlm_roberta", "xlm-roberta"),
            ("XLMRoberta", "xlm-roberta"),
            ("gpt-neo", "gpt_neo"),
            ("qwen2.5-vl", "qwen2_5_vl"),
            (" bert\n", "bert"),
            ("My-New-Type", "my-new-type"),
        ],
    )
    def test_spellings(self, written: str, wanted: str) -> None:
        assert canonical_type(written) == wanted

    @pytest.mark.parametrize(
        "text", ["", " ", "google-bert/bert-base-uncased", "../x", "a b", "é", "x\x1b[2J", "y" * 99]
    )
    def test_what_can_be_none(self, text: str) -> None:
        with pytest.raises(
            InputError,
            match=r"is not a model type: that is what config\.json "
            r"calls",
        ):
            get_recommended_default_model(text)

    def test_a_type_that_transformers_documents_is_a_guess(self) -> None:
        found = get_recommended_default_model("biogpt")
        assert (found.huggingface_id, found.source) == ("microsoft/biogpt", "guess")
        assert found.reason.endswith("documentation of biogpt; not checked")

    def test_a_documented_checkpoint_of_another_name_is_doubted(self) -> None:
        assert not names_type(documented_checkpoints()["sew"], "sew")
        assert guess("sew").reason.endswith("and its name does not show that it is one")

    def test_a_misspelled_type_is_a_guess_and_names_what_may_be_meant(self) -> None:
        found = get_recommended_default_model("wisper")
        assert (found.huggingface_id, found.source) == ("openai/whisper-small", "guess")
        assert "did you mean whisper?" in found.reason

    def test_of_what_nobody_knows_the_guess_is_in_nobodys_hands(self) -> None:
        """With an organization, anyone could register a name that we would guess."""
        found = get_recommended_default_model("zzzz")
        assert (found.huggingface_id, found.source) == ("zzzz-base", "guess")
        assert "there may be no such repository" in found.reason


def item(name: str, downloads: int, kind: str | None, **more: Any) -> dict[str, Any]:
    """A model as listed by /api/models."""
    tags = [*more.pop("tags", ()), *more.get("cardData", {}).get("language", ())]
    config = {} if kind is None else {"model_type": kind}
    common = {"gated": False, "disabled": False, "config": config}
    return {"_id": "0" * 24, "id": name, "downloads": downloads, "tags": tags, **common, **more}


def lm(name: str, downloads: int, kind: str | None, *languages: str, **more: Any) -> dict[str, Any]:
    """A language model of transformers."""
    card = {"language": list(languages)} if languages else {"license": "mit"}
    task = {"library_name": "transformers", "pipeline_tag": "text-generation"}
    return item(name, downloads, kind, **{**task, "cardData": card, **more})


def listed(*items: dict[str, Any]) -> list[PopularModel]:
    models = [popular_model(each) for each in items]
    assert None not in models
    return [model for model in models if model is not None]


def judged(kind: str, *items: dict[str, Any]) -> tuple[Judged, ...]:
    return judge(listed(*items), kind)


def credible(found: tuple[Judged, ...]) -> list[str]:
    return [each.model.huggingface_id for each in found if not each.objections]


def objections(kind: str, one: dict[str, Any]) -> list[str]:
    (found,) = judged(kind, one)
    return list(found.objections)


class TestJudging:
    def test_a_spanish_gpt2_is_not_the_default_of_gpt2(self) -> None:
        found = judged(
            "gpt2",
            lm("datificate/gpt2-small-spanish", 9_000_000, "gpt2", "es"),
            lm("openai-community/gpt2", 8_000_000, "gpt2", "en", tags=["tflite", "onnx"]),
            lm("distilbert/distilgpt2", 2_000_000, "gpt2", "en"),
            lm("openai-community/gpt2-medium", 1_000_000, "gpt2", "en"),
        )
        assert credible(found) == ["openai-community/gpt2", "openai-community/gpt2-medium"]
        against = {each.model.huggingface_id: each.objections for each in found}
        assert against["datificate/gpt2-small-spanish"] == (
            "for another language (es)",
            "not by openai-community",
        )
        assert against["distilbert/distilgpt2"] == ("not by openai-community",)

    def test_a_forecaster_is_not_the_default_of_t5(self) -> None:
        chronos = {"pipeline_tag": "time-series-forecasting", "library_name": "chronos-forecasting"}
        found = judged(
            "t5",
            item("amazon/chronos-t5-small", 9_000_000, "t5", **chronos),
            lm("google-t5/t5-base", 3_000_000, "t5", "en", "fr", pipeline_tag="translation"),
            lm("google-t5/t5-small", 2_000_000, "t5", "en", "fr", pipeline_tag="translation"),
            lm("google/flan-t5-base", 2_000_000, "t5", "en", pipeline_tag="text-generation"),
        )
        assert credible(found) == ["google-t5/t5-small", "google-t5/t5-base"]
        against = {each.model.huggingface_id: each.objections for each in found}
        assert against["amazon/chronos-t5-small"] == (
            "made for chronos-forecasting",
            "made for time-series-forecasting, not text2text-generation",
            "not by google-t5",
        )

    def test_a_gguf_is_not_the_default_of_gptj(self) -> None:
        novel = "mmnga/aibuncho-japanese-novel-gpt-j-6b-gguf"
        base = "AIBunCho/japanese-novel-gpt-j-6b"
        tags = ["gguf", f"base_model:{base}", f"base_model:quantized:{base}"]
        assert objections("gptj", item(novel, 5_000, None, tags=tags)) == [
            f"a quantized copy of {base}",
            "for another language, by its name (japanese)",
            "not by EleutherAI",
        ]
        plain = item("someone/gpt-j-6b-gguf", 5_000, None)
        assert objections("gptj", plain)[0] == "a quantized or converted copy (gguf)"

    def test_the_english_whisper_is_not_the_default_of_whisper(self) -> None:
        speech = {"pipeline_tag": "automatic-speech-recognition"}
        turbo = {**speech, "tags": ["base_model:finetune:openai/whisper-large-v3"]}
        found = judged(
            "whisper",
            lm("openai/whisper-base.en", 9_000_000, "whisper", "en", **speech),
            lm("openai/whisper-large-v3-turbo", 5_000_000, "whisper", "en", "zh", **turbo),
            lm("openai/whisper-large-v3", 4_000_000, "whisper", "en", "zh", **speech),
            lm("openai/whisper-base", 1_000_000, "whisper", "en", "zh", **speech),
        )
        assert credible(found) == ["openai/whisper-base", "openai/whisper-large-v3"]

    def test_what_bert_models_are_made_for(self) -> None:
        similarity = {
            "pipeline_tag": "sentence-similarity",
            "library_name": "sentence-transformers",
        }
        mask = {"pipeline_tag": "fill-mask"}
        ner = {"pipeline_tag": "token-classification"}
        found = judged(
            "bert",
            lm("sentence-transformers/all-MiniLM-L6-v2", 90_000_000, "bert", "en", **similarity),
            lm("google-bert/bert-large-uncased", 70_000_000, "bert", "en", **mask),
            lm("google-bert/bert-base-cased", 65_000_000, "bert", "en", **mask),
            lm("google-bert/bert-base-uncased", 60_000_000, "bert", "en", **mask),
            lm("google-bert/bert-base-chinese", 5_000_000, "bert", "zh", **mask),
            lm("dslim/bert-base-NER", 4_000_000, "bert", "en", **ner),
        )
        assert credible(found) == [
            "google-bert/bert-base-uncased",  # the known one first, then by size, then by downloads
            "google-bert/bert-base-cased",
            "google-bert/bert-large-uncased",
        ]

    @pytest.mark.parametrize(
        ("changed", "objection"),
        [
            ({"disabled": True}, "disabled on the Hub"),
            ({"config": {"model_type": "vision-encoder-decoder"}}, "its config.json says vision-"),
            ({"tags": ["base_model:adapter:google/vit"]}, "an adapter for google/vit"),
            ({"tags": ["base_model:merge:google/vit"]}, "a merge with google/vit"),
            ({"tags": ["base_model:google/vit"]}, "made from google/vit"),
            ({"tags": ["base_model:unheard-of:google/vit"]}, None),
            ({"tags": ["4-bit"]}, "a quantized or converted copy (4-bit)"),
            ({"tags": ["gguf"]}, "a quantized or converted copy (gguf)"),
            ({"tags": ["gguf", "safetensors"]}, None),
            ({"id": "google/vit-base-onnx"}, "a quantized or converted copy (onnx)"),
            ({"id": "google/vit-base-finetuned"}, "a fine-tune, by its name"),
            ({"id": "google/tiny-random-vit"}, "made for tests, by its name"),
            ({"library_name": "timm"}, "made for timm"),
            ({"pipeline_tag": "object-detection"}, "made for object-detection, not image-class"),
            ({"id": "somebody/vit-base"}, "not by google"),
            ({"id": "GOOGLE/vit-base"}, None),
            ({"gated": "manual"}, None),  # access is checked separately
            ({"cardData": {"language": "de"}}, "for another language (de)"),
            ({"cardData": {"language": ["de", "en-US"]}}, None),
            ({"cardData": {"language": ["multilingual"]}}, None),
            ({"id": "google/vit-base-german"}, "for another language, by its name (german)"),
            ({"tags": ["tf", "ja"]}, "for another language (ja)"),
            ({"tags": ["tf"]}, None),
        ],
    )
    def test_one_thing_against_it(self, changed: dict[str, Any], objection: str | None) -> None:
        vit = {"library_name": "transformers", "pipeline_tag": "image-classification"}
        found = objections("vit", {**item("google/vit-large", 9_000, "vit", **vit), **changed})
        if objection is None:
            assert found == []
        else:
            assert len(found) == 1
            assert found[0].startswith(objection)

    def test_the_well_known_checkpoint_may_be_what_others_must_not(self) -> None:
        """For example, Qwen3-0.6B is a fine-tune, and gpt-oss is quantized."""
        tags = ["base_model:finetune:Qwen/Qwen3-0.6B-Base"]
        assert objections("qwen3", lm("Qwen/Qwen3-0.6B", 9_000_000, "qwen3", tags=tags)) == []
        tags = ["8-bit", "mxfp4"]
        assert objections("gpt_oss", lm("openai/gpt-oss-20b", 9_000, "gpt_oss", tags=tags)) == []
        assert objections("bert", lm("bert-base-uncased", 9_000, "bert", "en")) == []

    def test_of_a_type_made_for_a_language_that_language_is_wanted(self) -> None:
        mask = {"pipeline_tag": "fill-mask"}
        found = judged(
            "camembert",
            lm("almanach/camembert-large", 9_000, "camembert", "fr", **mask),
            lm("almanach/camembert-base", 8_000, "camembert", "fr", **mask),
            lm("almanach/camembert-english", 7_000, "camembert", "en", **mask),
        )
        assert credible(found) == ["almanach/camembert-base", "almanach/camembert-large"]

    def test_of_a_type_that_is_not_well_known_popularity_decides_among_what_remains(self) -> None:
        found = judged(
            "brand-new",
            lm("hf-internal-testing/tiny-random-brand-new", 9_000_000, "brand-new"),
            lm("lab/brand-new-xl", 8_000, "brand-new", "ja"),
            lm("lab/brand-new-base", 7_000, "brand-new", "ja"),
            lm("other/brand-new-base", 6_000, "brand-new", "ja"),
        )
        names = ["lab/brand-new-base", "other/brand-new-base", "lab/brand-new-xl"]
        assert credible(found) == names

    def test_what_transformers_documents_counts_before_popularity(self) -> None:
        found = judged(
            "biogpt",
            lm("other/biogpt-base", 9_000_000, "biogpt"),
            lm("microsoft/BioGPT-Large", 8_000, "biogpt"),
            lm("microsoft/biogpt", 7_000, "biogpt"),
        )
        names = ["microsoft/biogpt", "microsoft/BioGPT-Large", "other/biogpt-base"]
        assert credible(found) == names


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
# Including lone surrogates, which JSON can express and UTF-8 cannot.
TEXTS = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=8)
KEYS = ("id", "downloads", "tags", "cardData", "config", "gated", "pipeline_tag", "library_name")


class TestHostileInput:
    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON)) | JSON)
    def test_a_listing_may_hold_anything(self, said: Any) -> None:
        model = popular_model(said)
        if model is not None:
            judge([model], "bert")

    @pytest.mark.parametrize("name", ["a/b/c", "../x", "a\x1b[2J", "é/x", "", None, 3])
    def test_what_is_no_repository_is_left_out(self, name: object) -> None:
        assert popular_model({"id": name, "downloads": 9_000}) is None

    @given(TEXTS, st.dictionaries(TEXTS, TEXTS | st.none(), max_size=4), st.datetimes())
    def test_whatever_the_hub_said_is_remembered(
        self, reason: str, said: dict[str, str | None], when: datetime
    ) -> None:
        candidates = tuple(Candidate(name, 7, why_not) for name, why_not in said.items())
        moment = when.replace(microsecond=0, tzinfo=UTC)
        entry = CachedDefault("x", candidates, reason, moment)
        with tempfile.TemporaryDirectory() as folder:
            cache = DefaultsCache(Path(folder, "new"))
            cache.write("first", entry)
            cache.write("second", entry)
            assert cache.read() == {"first": entry, "second": entry}
            assert cache.notes == []

    @given(st.dictionaries(st.sampled_from(["bert", "x"]), JSON) | JSON)
    def test_a_cache_may_hold_anything(self, data: Any) -> None:
        check_cache(json.dumps(data).encode())

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[]", b'{"x": 1}']
    )
    def test_a_damaged_cache_is_set_aside(self, content: bytes) -> None:
        assert check_cache(content)

    @pytest.mark.parametrize(
        "changed",
        [
            {"default_model": None},
            {"models": ["y"]},
            {"downloads": {"x": "many"}},
            {"updated_at": "yesterday"},
            {"reason": 3},
            {"models": 7},
            {"passed_over": {"x": 7}},
        ],
    )
    def test_so_is_one_with_a_damaged_entry(self, changed: dict[str, Any]) -> None:
        entry = {"default_model": "x", "models": ["x"], "downloads": {"x": 1}}
        entry |= {"updated_at": "2026-11-21T05:44:00+00:00"}
        assert not check_cache(json.dumps({"bert": entry}).encode())
        assert check_cache(json.dumps({"bert": {**entry, **changed}}).encode())


def check_cache(content: bytes) -> bool:
    """Read a cache with that content; whether it was damaged, then reported and set aside."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, FILE_NAME)
        path.write_bytes(content)
        cache = DefaultsCache(Path(folder))
        entries = cache.read()
        if path.exists():
            assert cache.notes == []
            return False
        assert entries == {}
        (note,) = cache.notes
        assert note.startswith(f"{path} is damaged and now {FILE_NAME}.damaged: {path}:1:")
        assert Path(folder, f"{FILE_NAME}.damaged").read_bytes() == content
        return True

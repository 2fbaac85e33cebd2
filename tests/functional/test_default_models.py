"""`registry default` from outside, against a test Hub: traps, failures, the cache."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import environment as clean_environment
from command_line import on_terminal, run, without_styles
from environments import Result

from catalogues import ROOT
from goldens import Golden
from registry.defaults._cache import FILE_NAME
from servers.hub import HubServer
from servers.hub_environment import environment

LISTING = "/api/models"
BERT = "google-bert/bert-base-uncased"
OLD = datetime.now(UTC) - timedelta(days=8)


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def settings(hub: HubServer, folder: Path, tmp_path: Path) -> dict[str, str]:
    """The variables of a command that asks this Hub and caches answers in this folder."""
    kept = environment(hub.url, tmp_path / "home").items()
    hub_settings = {name: value for name, value in kept if name.startswith("HF_")}
    return {**hub_settings, "REGISTRY_CACHE_DIR": str(folder), "USE_STATIC_REGISTRY": ""}


def put(hub: HubServer, name: str, kind: str | None, downloads: int, **more: Any) -> None:
    """Add a repository with the card and configuration of such a model."""
    card: dict[str, Any] = more.pop("card", {})
    files = {"README.md": f"---\n{json.dumps(card)}\n---\n# A model\n"}
    if kind is not None:
        files["config.json"] = json.dumps({"model_type": kind, "architectures": ["Model"]})
    hub.store.add(name, files, downloads=downloads, **more)


def put_language_model(
    hub: HubServer, name: str, kind: str, downloads: int, *languages: str, **more: Any
) -> None:
    card = {"library_name": "transformers", "pipeline_tag": "text-generation"}
    put(hub, name, kind, downloads, card={**card, "language": list(languages)}, **more)


def put_bert(hub: HubServer, **more: Any) -> None:
    card = {"library_name": "transformers", "pipeline_tag": "fill-mask", "language": "en"}
    put(hub, BERT, "bert", 60_000_000, card=card, **more)


def default(settings: dict[str, str], *arguments: str) -> Result:
    """Run `registry default` in a pipe."""
    return run("default", *arguments, cwd=ROOT, **settings)


def shown_to(settings: dict[str, str], *arguments: str) -> str:
    """Its visible text on a terminal."""
    return without_styles(on_terminal("default", *arguments, cwd=ROOT, columns=120, **settings))


def answered(settings: dict[str, str], *arguments: str, status: int = 0) -> dict[str, Any]:
    """The output of `registry default ... --json`."""
    result = default(settings, *arguments, "--json")
    assert result.status == status, result.output
    assert "Traceback" not in result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    assert [f"registry: {note}" for note in answer["notes"]] == result.stderr.splitlines()
    return answer


def passed_over(answer: dict[str, Any]) -> dict[str, str | None]:
    return {each["huggingface_id"]: each["passed_over"] for each in answer["candidates"]}


def entries(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / FILE_NAME).read_text("utf-8"))
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def remember(folder: Path, kind: str, name: str, when: datetime) -> bytes:
    """Put an entry with that date into the cache; returns the bytes of the file."""
    entry = {"default_model": name, "models": [name], "downloads": {name: 7}}
    folder.mkdir(exist_ok=True)
    path = folder / FILE_NAME
    path.write_text(json.dumps({kind: {**entry, "updated_at": when.isoformat()}}))
    return path.read_bytes()


class TestTraps:
    def test_gpt2_is_not_spanish(self, hub: HubServer, settings: dict[str, str]) -> None:
        put_language_model(hub, "datificate/gpt2-small-spanish", "gpt2", 9_000_000, "es")
        put_language_model(hub, "openai-community/gpt2", "gpt2", 8_000_000, "en")
        put_language_model(hub, "openai-community/gpt2-medium", "gpt2", 2_000_000, "en")
        put_language_model(hub, "someone/gpt2-unpopular", "gpt2", 999, "en")

        answer = answered(settings, "gpt2")

        assert answer["huggingface_id"] == "openai-community/gpt2"
        assert (answer["source"], answer["downloads"]) == ("hub", 8_000_000)
        assert passed_over(answer) == {
            "datificate/gpt2-small-spanish": "for another language (es); not by openai-community",
            "openai-community/gpt2": None,
            "openai-community/gpt2-medium": (
                "openai-community/gpt2 comes first: the well-known checkpoint"
            ),
        }

    def test_t5_is_no_forecaster(self, hub: HubServer, settings: dict[str, str]) -> None:
        forecaster = {
            "library_name": "chronos-forecasting",
            "pipeline_tag": "time-series-forecasting",
            "tags": ["time series", "forecasting", "pretrained models"],
        }
        put(hub, "amazon/chronos-t5-small", "t5", 9_000_000, card=forecaster)
        translator = {
            "library_name": "transformers",
            "pipeline_tag": "translation",
            "language": ["en", "fr", "ro", "de"],
        }
        put(hub, "google-t5/t5-base", "t5", 3_000_000, card=translator)
        put(hub, "google-t5/t5-small", "t5", 2_000_000, card=translator)

        answer = answered(settings, "T5")

        assert answer["huggingface_id"] == "google-t5/t5-small"
        assert passed_over(answer)["amazon/chronos-t5-small"] == (
            "made for chronos-forecasting; "
            "made for time-series-forecasting, not text2text-generation; not by google-t5"
        )

    def test_gptj_is_no_gguf(self, hub: HubServer, settings: dict[str, str]) -> None:
        novel = "mmnga/aibuncho-japanese-novel-gpt-j-6b-gguf"
        base = "AIBunCho/japanese-novel-gpt-j-6b"
        tags = ["gguf", "gptj", f"base_model:quantized:{base}"]
        card = {"language": "ja", "base_model": base}
        put(hub, novel, None, 9_000_000, card=card, tags=tags)
        put(hub, "hf-internal-testing/tiny-random-gptj", "gptj", 8_000_000)

        answer = answered(settings, "gpt-j")

        # No popular model is credible: a known default is better than a dubious model.
        assert answer["huggingface_id"] == "EleutherAI/gpt-j-6b"
        assert (answer["source"], answer["downloads"]) == ("static", None)
        assert passed_over(answer) == {
            novel: f"a quantized copy of {base}; for another language (ja); not by EleutherAI",
            "hf-internal-testing/tiny-random-gptj": (
                "made for tests, by its name; not by EleutherAI"
            ),
        }
        assert answered(settings, "gpt-j")["source"] == "cache"

    def test_whisper_is_not_english(self, hub: HubServer, settings: dict[str, str]) -> None:
        card = {"library_name": "transformers", "pipeline_tag": "automatic-speech-recognition"}
        many = {**card, "language": ["en", "zh", "de"]}
        put(hub, "openai/whisper-base.en", "whisper", 9_000_000, card={**card, "language": "en"})
        put(hub, "openai/whisper-large-v3", "whisper", 5_000_000, card=many)
        put(hub, "openai/whisper-base", "whisper", 1_000_000, card=many)

        answer = answered(settings, "whisper")

        assert (answer["huggingface_id"], answer["source"]) == ("openai/whisper-base", "hub")
        assert answer["reason"] == "popular; by its organization, a base or small size"

    def test_only_the_five_most_popular_are_asked_for(
        self, hub: HubServer, settings: dict[str, str]
    ) -> None:
        put_bert(hub)
        answered(settings, "bert")
        (request,) = hub.asked(LISTING)
        query = dict(request.query)
        assert "tags" in query.pop("expand")
        assert query == {"filter": ["bert"], "sort": ["downloads"], "limit": ["5"]}

    def test_an_unknown_type_is_the_most_popular_credible_one(
        self, hub: HubServer, settings: dict[str, str]
    ) -> None:
        put_language_model(hub, "lab/brand-new-xl", "brand_new", 9_000, "ja")
        put_language_model(hub, "lab/brand-new-base", "brand_new", 8_000, "ja")
        answer = answered(settings, "brand_new")
        assert (answer["huggingface_id"], answer["source"]) == ("lab/brand-new-base", "hub")

    def test_of_what_the_hub_does_not_know_either_the_guess_is_not_remembered(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        answer = answered(settings, "wisper")
        assert (answer["huggingface_id"], answer["source"]) == ("openai/whisper-small", "guess")
        assert "did you mean whisper?" in answer["reason"]
        assert not (folder / FILE_NAME).exists()


class TestAccess:
    def test_a_gated_one_is_passed_over_by_who_may_not_read_it(
        self, hub: HubServer, settings: dict[str, str]
    ) -> None:
        put_language_model(hub, "lab/brand-new-base", "brand_new", 9_000, gated="manual")
        put_language_model(hub, "lab/brand-new-tiny", "brand_new", 8_000)

        answer = answered(settings, "brand_new")
        assert answer["huggingface_id"] == "lab/brand-new-tiny"
        assert passed_over(answer)["lab/brand-new-base"] == (
            "gated: accept the agreement on its page, and set the HF_TOKEN of that account"
        )

        hub.store.authorize("hf_secret", "lab/*")
        with_token = {**settings, "HF_TOKEN": "hf_secret"}
        answer = answered(with_token, "brand_new", "--update")
        assert answer["huggingface_id"] == "lab/brand-new-base"

    def test_a_well_known_one_that_is_gated_stays_and_says_so(
        self, hub: HubServer, settings: dict[str, str]
    ) -> None:
        name = "meta-llama/Llama-3.2-1B"
        put_language_model(hub, name, "llama", 9_000_000, "en", gated="manual")
        put_language_model(hub, "unsloth/Llama-3.2-1B", "llama", 8_000_000, "en")

        answer = answered(settings, "llama")

        assert (answer["huggingface_id"], answer["source"]) == (name, "static")
        assert "gated" in answer["reason"]
        assert str(passed_over(answer)[name]).startswith("gated")

    def test_one_without_a_configuration_is_passed_over(
        self, hub: HubServer, settings: dict[str, str]
    ) -> None:
        put(hub, "lab/brand-new-base", None, 9_000, tags=["brand_new"])
        put_language_model(hub, "lab/brand-new", "brand_new", 8_000)
        answer = answered(settings, "brand_new")
        assert answer["huggingface_id"] == "lab/brand-new"
        assert passed_over(answer)["lab/brand-new-base"] == "its config.json cannot be read"

    def test_a_token_that_is_refused_is_told_and_never_shown(
        self, hub: HubServer, settings: dict[str, str], folder: Path, golden: Golden
    ) -> None:
        put_bert(hub)
        result = default({**settings, "HF_TOKEN": "hf_wrongsecret"}, "bert")
        assert (result.status, result.stdout.split("\t")[2]) == (0, "static")
        golden(result.stderr)
        assert "wrongsecret" not in result.output
        assert not (folder / FILE_NAME).exists()


# The ways in which the Hub may be unavailable, as arguments of `hub.fails`.
AWAY: dict[str, dict[str, Any]] = {
    "too many requests": {"kind": "status", "status": 429, "retry_after": 300},
    "out of order": {"kind": "status", "status": 503},
    "dropped": {"kind": "drop"},
    "cut": {"kind": "cut", "after": 20},
    "reset": {"kind": "reset", "after": 20},
    "damaged": {"kind": "corrupt", "after": 0},
    "silent": {"kind": "stall", "after": 20, "seconds": 30},
}


class TestAway:
    @pytest.fixture(autouse=True)
    def short_pauses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("registry.hub.asking._PAUSE", 0.01)

    @pytest.mark.parametrize("fault", AWAY.values(), ids=AWAY)
    def test_the_cache_answers_however_old_and_stays_as_it_is(
        self, hub: HubServer, settings: dict[str, str], folder: Path, fault: dict[str, Any]
    ) -> None:
        put_bert(hub)
        before = remember(folder, "bert", "google-bert/bert-base-cased", OLD)
        hub.fails(**fault, path=LISTING, times=None)

        answer = answered({**settings, "HF_HUB_DOWNLOAD_TIMEOUT": "1"}, "bert", "--update")

        assert answer["huggingface_id"] == "google-bert/bert-base-cased"
        assert (answer["source"], answer["downloads"]) == ("cache", 7)
        assert f"{OLD:%Y-%m-%d}" in answer["reason"]
        assert len(answer["notes"]) == 1
        assert (folder / FILE_NAME).read_bytes() == before
        assert names(folder) == [FILE_NAME]
        assert hub.asked(LISTING)

    def test_without_a_cache_what_is_well_known_answers(
        self, hub: HubServer, settings: dict[str, str], folder: Path, golden: Golden
    ) -> None:
        put_bert(hub)
        with hub.refusing():
            result = default(settings, "bert")
        assert result.status == 0
        assert result.stdout == f"bert\t{BERT}\tstatic\t\tthe well-known checkpoint\n"
        assert result.stderr.count("\n") == 1
        golden(result.stderr)
        assert not folder.exists()

    def test_so_it_is_when_the_hub_goes_away_between_two_answers(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        put_bert(hub)
        before = remember(folder, "bert", "google-bert/bert-base-cased", OLD)
        hub.fails("status", path="*/config.json", status=502, times=None)
        answer = answered(settings, "bert")
        assert answer["source"] == "cache"
        assert len(answer["notes"]) == 1
        assert (folder / FILE_NAME).read_bytes() == before

    def test_a_short_disturbance_does_not_matter(
        self, hub: HubServer, settings: dict[str, str]
    ) -> None:
        put_bert(hub)
        hub.fails("status", path=LISTING, status=500)
        answer = answered(settings, "bert")
        assert (answer["source"], answer["notes"]) == ("hub", [])

    def test_what_is_no_hub_is_none(self, hub: HubServer, settings: dict[str, str]) -> None:
        put_bert(hub)
        answer = answered({**settings, "HF_ENDPOINT": f"{hub.url}/api/models/{BERT}"}, "bert")
        assert answer["source"] == "static"
        assert len(answer["notes"]) == 1


class TestWithoutAsking:
    @pytest.mark.parametrize("value", ["true", "1", "YES"])
    def test_the_static_registry_makes_no_request_and_leaves_no_trace(
        self, hub: HubServer, settings: dict[str, str], folder: Path, value: str
    ) -> None:
        put_bert(hub)
        static = {**settings, "USE_STATIC_REGISTRY": value}
        assert answered(static, "bert")["source"] == "static"
        assert len(answered(static, "bert", "--update")["notes"]) == 1
        assert default(static).stdout.count("\tstatic\t") > 150
        assert hub.requests == []
        assert not folder.exists()

    def test_offline_the_cache_answers_and_no_request_is_made(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        put_bert(hub)
        remember(folder, "bert", "google-bert/bert-base-cased", OLD)
        offline = {**settings, "HF_HUB_OFFLINE": "1"}
        answer = answered(offline, "bert")
        assert (answer["huggingface_id"], answer["source"]) == (
            "google-bert/bert-base-cased",
            "cache",
        )
        assert "HF_HUB_OFFLINE" in answer["notes"][0]
        assert answered(offline, "gpt2")["source"] == "static"
        assert hub.requests == []

    def test_what_needs_no_hub_needs_no_package_of_the_extra(
        self, settings: dict[str, str], tmp_path: Path
    ) -> None:
        code = """
import sys
for name in ("huggingface_hub", "httpx2", "platformdirs", "filelock"):
    sys.modules[name] = None  # as where the extra is not installed
import registry
from registry.errors import MissingExtraError
try:
    print(registry.get_recommended_default_model("bert").huggingface_id)
except MissingExtraError as error:
    print(error)
"""
        static = python(code, {**settings, "USE_STATIC_REGISTRY": "true"})
        assert static.stdout == f"{BERT}\n", static.output
        missing = python(code, settings)
        assert missing.stdout.endswith("is not installed: pip install 'tessera-registry[hub]'\n"), (
            missing.output
        )

    def test_importing_the_package_imports_none_of_it(self, settings: dict[str, str]) -> None:
        code = "import registry, sys; print([n for n in sys.modules if 'defaults' in n])"
        assert python(code, settings).stdout == "[]\n"


def python(code: str, settings: dict[str, str]) -> Result:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environment(**settings),
        capture_output=True,
        text=True,
    )
    return Result(done.returncode, done.stdout, done.stderr)


class TestCache:
    def test_it_is_asked_for_a_week(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        put_bert(hub)
        first = answered(settings, "bert")
        asked = len(hub.requests)
        second = answered(settings, "BERT")
        assert (first["source"], second["source"]) == ("hub", "cache")
        assert len(hub.requests) == asked
        today = entries(folder)["bert"]["updated_at"][:10]
        assert second["reason"] == f"{first['reason']} (asked on {today})"
        assert {**second, "source": "hub", "reason": first["reason"]} == first

    def test_what_another_hub_said_does_not_count(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        put_bert(hub)
        answered(settings, "bert")
        assert entries(folder)["bert"]["endpoint"] == hub.url
        elsewhere = {**settings, "HF_ENDPOINT": "http://127.0.0.1:1"}
        assert answered(elsewhere, "bert")["source"] == "static"
        listed = json.loads(default(elsewhere, "--json").stdout)
        assert {each["source"] for each in listed} == {"static"}
        assert answered(settings, "bert")["source"] == "cache"

    def test_the_file_is_plain(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        put_bert(hub)
        answered(settings, "bert")
        entry = entries(folder)["bert"]
        assert entry["default_model"] == BERT
        assert entry["models"] == [BERT]
        assert entry["downloads"] == {BERT: 60_000_000}
        assert datetime.fromisoformat(entry["updated_at"]).tzinfo is not None
        assert names(folder) == [FILE_NAME]

    @pytest.mark.parametrize("when", [OLD, datetime.now(UTC) + timedelta(days=2)])
    def test_an_old_entry_and_one_of_the_future_are_asked_for_again(
        self, hub: HubServer, settings: dict[str, str], folder: Path, when: datetime
    ) -> None:
        put_bert(hub)
        remember(folder, "bert", "google-bert/bert-base-cased", when)
        answer = answered(settings, "bert")
        assert (answer["huggingface_id"], answer["source"]) == (BERT, "hub")
        assert entries(folder)["bert"]["updated_at"] != when.isoformat()

    def test_update_asks_at_once(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        put_bert(hub)
        remember(folder, "bert", "google-bert/bert-base-cased", datetime.now(UTC))
        assert answered(settings, "bert")["source"] == "cache"
        assert hub.requests == []
        assert answered(settings, "bert", "--update")["huggingface_id"] == BERT

    @pytest.mark.parametrize("content", [b"", b'{"bert": {"default_mo', b"[]", b"\xff\x00"])
    def test_a_damaged_one_is_told_set_aside_and_made_anew(
        self, hub: HubServer, settings: dict[str, str], folder: Path, content: bytes
    ) -> None:
        put_bert(hub)
        folder.mkdir()
        (folder / FILE_NAME).write_bytes(content)
        answer = answered(settings, "bert")
        assert (answer["huggingface_id"], answer["source"]) == (BERT, "hub")
        (note,) = answer["notes"]
        assert f"{FILE_NAME} is damaged" in note
        assert (folder / f"{FILE_NAME}.damaged").read_bytes() == content
        assert list(entries(folder)) == ["bert"]

    def test_where_it_cannot_be_kept_the_answer_is_the_same(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        put_bert(hub)
        folder.write_text("no folder")
        answer = answered(settings, "bert")
        assert answer["source"] == "hub"
        assert all("Not a directory" in n or "File exists" in n for n in answer["notes"])
        assert answer["notes"]

    def test_eight_processes_at_once_lose_nothing(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        kinds = [f"kind{number}" for number in range(6)] + ["shared", "shared"]
        for kind in set(kinds):
            put_language_model(hub, f"lab/{kind}-base", kind, 9_000)
        remember(folder, "bert", BERT, datetime.now(UTC))
        hub.fails("slow", seconds=1, path=LISTING, times=None)  # so that all have started
        command = [sys.executable, "-m", "registry", "default", "--update"]
        running = [
            subprocess.Popen(
                [*command, kind],
                env=clean_environment(**settings),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for kind in kinds
        ]
        for kind, process in zip(kinds, running, strict=True):
            shown, complaints = process.communicate()
            assert (process.returncode, complaints) == (0, "")
            assert shown.startswith(f"{kind}\tlab/{kind}-base\thub\t9000\t")
        assert entries(folder).keys() == {"bert", *kinds}
        assert names(folder) == [FILE_NAME]

    @pytest.mark.parametrize("moment", ["os.fsync", "os.replace", "filelock.FileLock.release"])
    def test_one_that_is_killed_while_it_writes_leaves_a_good_file_and_no_lock(
        self, hub: HubServer, settings: dict[str, str], folder: Path, moment: str
    ) -> None:
        put_bert(hub)
        before = remember(folder, "gpt2", "openai-community/gpt2", datetime.now(UTC))
        module = moment.partition(".")[0]
        code = f"""
import os, pathlib, signal, {module}
from registry.defaults import get_recommended_default_model
def die(*arguments): os.kill(os.getpid(), signal.SIGKILL)
{moment} = die
if "{moment}" == "os.replace": pathlib.Path.replace = die
get_recommended_default_model("bert", update=True)
"""
        killed = python(code, settings)
        assert killed.status == -signal.SIGKILL, killed.output
        if moment.startswith("os."):
            assert (folder / FILE_NAME).read_bytes() == before
        assert answered(settings, "bert", "--update")["source"] == "hub"
        assert entries(folder).keys() == {"gpt2", "bert"}

    def test_the_argument_comes_before_the_variable(
        self, hub: HubServer, settings: dict[str, str], folder: Path, tmp_path: Path
    ) -> None:
        put_bert(hub)
        code = (
            "import sys; from registry import get_recommended_default_model as ask; "
            "print(ask('bert', cache_dir=sys.argv[0] and 'other').source)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=clean_environment(**settings),
            capture_output=True,
            text=True,
        )
        assert done.stdout == "hub\n", done.stderr
        assert (tmp_path / "other" / FILE_NAME).exists()
        assert not folder.exists()


class TestShowing:
    def test_in_a_pipe(self, hub: HubServer, settings: dict[str, str]) -> None:
        put_bert(hub)
        result = default(settings, "bert")
        reason = "popular; the well-known checkpoint, by its organization, a base or small size"
        assert result == Result(0, f"bert\t{BERT}\thub\t60000000\t{reason}\n", "")

    def test_on_a_terminal(self, hub: HubServer, settings: dict[str, str]) -> None:
        put_language_model(hub, "datificate/gpt2-small-spanish", "gpt2", 9_000_000, "es")
        put_language_model(hub, "openai-community/gpt2", "gpt2", 8_000_000, "en")
        shown = shown_to(settings, "gpt2")
        first, second, blank, title, _, spanish, original = shown.splitlines()
        assert first == "openai-community/gpt2  hub"
        assert second == "gpt2: popular; the well-known checkpoint, by its organization"
        assert blank == ""
        assert title.split() == ["popular", "downloads", "passed", "over"]
        assert spanish.endswith("for another language (es); not by openai-community")
        assert original.split() == ["openai-community/gpt2", "8000000", "no:", "the", "default"]

    def test_a_guess_is_marked(
        self, hub: HubServer, settings: dict[str, str], golden: Golden
    ) -> None:
        result = default(settings, "wisper")
        assert result.status == 0
        assert result.stdout.startswith("wisper\topenai/whisper-small\tguess\t\t")
        golden(result.stderr)

    def test_all_of_them_without_asking(
        self, hub: HubServer, settings: dict[str, str], folder: Path
    ) -> None:
        remember(folder, "brand_new", "lab/brand-new", OLD)
        lines = default(settings).stdout.splitlines()
        rows = {line.split("\t")[0]: line.split("\t")[1:4] for line in lines}
        assert rows["bert"] == [BERT, "static", ""]
        assert rows["brand_new"] == ["lab/brand-new", "cache", "7"]
        assert list(rows) == sorted(rows)
        listed = json.loads(default(settings, "--json").stdout)
        assert [each["model_type"] for each in listed] == list(rows)
        assert BERT in shown_to(settings)
        assert hub.requests == []

    @pytest.mark.parametrize(
        ("arguments", "status", "message"),
        [
            (("--update",), 2, "--update needs one type; give TYPE too"),
            (
                ("google-bert/bert-base-uncased",),
                1,
                "'google-bert/bert-base-uncased' is not a model",
            ),
        ],
    )
    def test_what_cannot_be_meant(
        self, settings: dict[str, str], arguments: tuple[str, ...], status: int, message: str
    ) -> None:
        result = default(settings, *arguments)
        assert (result.status, result.stdout) == (status, "")
        assert result.stderr.startswith(f"Error: {message}")

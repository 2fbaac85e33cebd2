"""Reading a Hub over HTTP: the requests made, and the messages when something goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants, hf_hub_download

from registry import errors
from registry.errors import (
    HubError,
    HubUnavailableError,
    RepositoryAccessError,
    RepositoryFileError,
    RepositoryMovedError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from registry.hub._description import describe
from registry.hub.asking import LONGEST_WAIT, TRIES
from registry.hub.remote import open_remote
from registry.hub.source import LARGEST_TEXT, Tensor
from servers.hub import HubServer
from servers.hub_content import Sparse, safetensors
from servers.hub_environment import redirect

TOKEN = "hf_averysecrettoken"
FILES: dict[str, Any] = {
    "README.md": "---\nlicense: mit\n---\n# Tiny\n",
    "config.json": '{"architectures": ["LlamaForCausalLM"], "hidden_size": 8}',
    "model.safetensors": safetensors({"a.weight": ("BF16", (8, 4))}),
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    with HubServer() as server:
        redirect(monkeypatch, server.url, tmp_path)
        server.store.add("acme/tiny", FILES, downloads=7)
        monkeypatch.setattr("registry.hub.asking._PAUSE", 0.01)
        yield server


def refused(error: type[HubError], question: Callable[[], object]) -> str:
    """The message of an error of exactly that type; without token and chained tracebacks."""
    with pytest.raises(HubError) as caught:
        question()
    assert type(caught.value) is error
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert TOKEN not in repr(caught.value)
    return str(caught.value)


class TestReading:
    def test_what_the_hub_says(self, hub: HubServer) -> None:
        repository = hub.store.repositories["acme/tiny"]
        source = open_remote("acme/tiny")
        assert source.revision == repository.head
        assert source.metadata.card["license"] == "mit"
        assert (source.metadata.downloads, source.metadata.created) == (7, "2024-01-01")
        assert source.metadata.parameters == {"BF16": 32}
        files = repository.commits[repository.head].files
        assert {path: file.size for path, file in source.files.items()} == {
            path: file.size for path, file in files.items()
        }

    def test_files(self, hub: HubServer) -> None:
        source = open_remote("acme/tiny")
        assert source.read_text("config.json") == FILES["config.json"]
        assert source.read_tensors("model.safetensors") == {"a.weight": Tensor("BF16", (8, 4))}
        assert source.read_text("nowhere.json") is None
        weights = hub.store.repositories["acme/tiny"].commits[source.revision].files
        assert (
            source.read_sha256("model.safetensors") == weights["model.safetensors"].content.sha256
        )
        with pytest.raises(RepositoryFileError, match="nowhere is not in the repository"):
            source.read_sha256("nowhere")

    def test_one_request_each_and_none_for_what_is_not_listed(self, hub: HubServer) -> None:
        source = open_remote("acme/tiny")
        for _ in range(2):
            source.read_text("config.json")
            source.read_text("tokenizer_config.json")
        assert [(r.method, r.path.rpartition("/")[2]) for r in hub.requests] == [
            ("GET", "tiny"),
            ("GET", "config.json"),
            ("GET", "config.json"),
        ]

    def test_what_is_in_the_cache_is_not_asked_for(self, hub: HubServer) -> None:
        source = open_remote("acme/tiny")
        path = hf_hub_download("acme/tiny", "config.json", revision=source.revision)
        hub.requests.clear()
        assert source.read_text("config.json") == FILES["config.json"]
        assert hub.requests == []
        # A file changed in the cache is fetched, though.
        Path(path).resolve().write_text("{}")
        assert source.read_text("config.json") == FILES["config.json"]
        assert len(hub.requests) == 1

    def test_of_weights_only_the_beginning_is_asked_for(self, hub: HubServer) -> None:
        content = safetensors({"a.weight": ("BF16", (70_000, 1_000_000))}, sparse=True)
        hub.store.add("acme/huge", {"model.safetensors": content})
        source = open_remote("acme/huge")
        assert source.files["model.safetensors"].size > 140_000_000_000
        assert source.read_tensors("model.safetensors")["a.weight"].shape == (70_000, 1_000_000)
        assert hub.bytes_sent < 110_000

    def test_a_revision_is_pinned_when_it_is_opened(self, hub: HubServer) -> None:
        repository = hub.store.repositories["acme/tiny"]
        first = repository.head
        repository.tag("v1")
        source = open_remote("acme/tiny")
        repository.push({"config.json": "{}"})
        assert source.read_text("config.json") == FILES["config.json"]
        assert open_remote("acme/tiny", "v1").revision == first
        assert open_remote("acme/tiny", first).revision == first
        assert open_remote("acme/tiny").revision == repository.head != first

    def test_large_texts_are_refused_unasked(self, hub: HubServer) -> None:
        hub.store.add("acme/large", {"config.json": Sparse(b"{}", LARGEST_TEXT + 1)})
        source = open_remote("acme/large")
        hub.requests.clear()
        message = refused(RepositoryFileError, lambda: source.read_text("config.json"))
        assert message == "acme/large: config.json is too large to be read: 5242881 bytes"
        assert hub.requests == []
        assert describe(source).type_reason == (
            "config.json is too large to be read: 5242881 bytes"
        )


class TestAccess:
    def test_private(self, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
        hub.store.add("acme/private", FILES, private=True)
        assert refused(RepositoryNotFoundError, lambda: open_remote("acme/private")) == (
            "acme/private: there is no such repository, or it is private; check the spelling, or "
            "set HF_TOKEN"
        )
        hub.store.authorize(TOKEN)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        assert refused(RepositoryNotFoundError, lambda: open_remote("acme/private")) == (
            "acme/private: there is no such repository that your token may read; check the spelling"
        )
        hub.store.authorize(TOKEN, "acme/private")
        assert open_remote("acme/private").metadata.private

    def test_gated(self, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
        hub.store.add("acme/gated", FILES, gated="auto")
        source = open_remote("acme/gated")
        assert source.metadata.gated
        assert refused(RepositoryAccessError, lambda: source.read_text("config.json")) == (
            f"acme/gated is gated: {hub.url}/acme/gated; accept its terms there, then set "
            "HF_TOKEN or run `hf auth login`"
        )
        hub.store.authorize(TOKEN)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        for read in (source.read_text, source.read_tensors):
            message = refused(RepositoryAccessError, partial(read, "model.safetensors"))
            assert message == (
                f"acme/gated is gated: {hub.url}/acme/gated; ask for access there with the account "
                "of your token"
            )
        hub.store.authorize(TOKEN, "acme/*")
        assert source.read_text("config.json") == FILES["config.json"]

    def test_a_refused_token(self, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        assert refused(RepositoryAccessError, lambda: open_remote("acme/tiny")) == (
            f"acme/tiny: {hub.url} refuses the token; renew it at {hub.url}/settings/tokens, or "
            "unset HF_TOKEN"
        )

    def test_the_token_does_not_follow_to_the_server_of_large_files(
        self, hub: HubServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hub.store.authorize(TOKEN)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        open_remote("acme/tiny").read_tensors("model.safetensors")
        assert [r.authorized for r in hub.asked(server="hub")] == [True, True]
        assert [r.authorized for r in hub.asked(server="cdn")] == [False]

    def test_disabled(self, hub: HubServer) -> None:
        hub.store.add("acme/disabled", FILES, disabled=True)
        message = refused(RepositoryAccessError, lambda: open_remote("acme/disabled"))
        assert message == f"acme/disabled has been disabled on {hub.url}"


class TestNames:
    def test_renamed(self, hub: HubServer) -> None:
        hub.store.rename("acme/tiny", "acme/small")
        message = refused(RepositoryMovedError, lambda: open_remote("acme/tiny"))
        assert message == "acme/tiny is now acme/small; use that name"

    @pytest.mark.parametrize("name", ["tiny", "acme/tiny/model", "acme/../x", "a b/c", "", "a/-b"])
    def test_what_is_no_name_is_not_asked_for(self, name: str, hub: HubServer) -> None:
        message = refused(RepositoryNotFoundError, lambda: open_remote(name))
        assert message == f"{name!r} is not a repository id; write org/name as the Hub does"
        assert hub.requests == []

    def test_no_such_revision(self, hub: HubServer) -> None:
        head = hub.store.repositories["acme/tiny"].head
        assert refused(RevisionNotFoundError, lambda: open_remote("acme/tiny", "v9")) == (
            f"acme/tiny: revision v9 is not at {hub.url}; it has main = {head}"
        )


class TestTrouble:
    def test_a_busy_hub_is_asked_again_when_it_says(self, hub: HubServer) -> None:
        hub.fails("status", status=429, retry_after=0, times=TRIES - 1)
        assert open_remote("acme/tiny").files
        assert len(hub.requests) == TRIES

    def test_not_for_ever(self, hub: HubServer) -> None:
        hub.fails("status", status=429, retry_after=0, times=None)
        message = refused(HubUnavailableError, lambda: open_remote("acme/tiny"))
        assert message == (
            f"acme/tiny: too many requests to {hub.url}, try again in 0 seconds; with HF_TOKEN it "
            "allows more"
        )
        assert len(hub.requests) == TRIES

    @pytest.mark.parametrize("header", ["Retry-After", "RateLimit"])
    def test_who_would_wait_too_long_is_told(self, header: str, hub: HubServer) -> None:
        wait = LONGEST_WAIT + 1
        value = str(wait) if header == "Retry-After" else f'"api";r=0;t={wait}'
        hub.fails("status", status=429, headers={header: value}, times=None)
        message = refused(HubUnavailableError, lambda: open_remote("acme/tiny"))
        assert f"try again in {wait} seconds" in message
        assert len(hub.requests) == 1

    def test_a_date_to_wait_for(self, hub: HubServer) -> None:
        past = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
        hub.fails("status", status=503, headers=past)
        assert open_remote("acme/tiny").files

    def test_out_of_order(self, hub: HubServer) -> None:
        hub.fails("status", status=503, times=None)
        message = refused(HubUnavailableError, lambda: open_remote("acme/tiny"))
        assert message == f"acme/tiny: {hub.url} is unavailable (HTTP 503); try again later"

    @pytest.mark.parametrize("kind", ["drop", "cut", "reset"])
    def test_an_answer_that_breaks_off_is_asked_for_again(self, kind: Any, hub: HubServer) -> None:
        hub.fails(kind)
        source = open_remote("acme/tiny")
        hub.fails(kind, path="*/config.json", after=5)
        assert source.read_text("config.json") == FILES["config.json"]
        hub.fails(kind, times=None)
        message = refused(HubUnavailableError, lambda: open_remote("acme/tiny"))
        assert message == f"acme/tiny: the response from {hub.url} was cut off; try again"

    @pytest.mark.parametrize("damage", [{"kind": "corrupt"}, {"kind": "length", "by": 3}])
    def test_a_file_that_is_not_what_was_listed(
        self, damage: dict[str, Any], hub: HubServer
    ) -> None:
        source = open_remote("acme/tiny")
        hub.fails(path="*/config.json", **damage)
        assert refused(HubUnavailableError, lambda: source.read_text("config.json")) == (
            f"acme/tiny: the content of config.json does not match what {hub.url} lists; try again"
        )
        assert source.read_text("config.json") == FILES["config.json"]

    def test_a_damaged_header(self, hub: HubServer) -> None:
        source = open_remote("acme/tiny")
        hub.fails("corrupt", server="cdn", after=8)
        message = refused(RepositoryFileError, lambda: source.read_tensors("model.safetensors"))
        assert message == "acme/tiny: model.safetensors is damaged or not a safetensors file"

    def test_too_slow(self, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.05)
        hub.fails("slow", seconds=5, times=None)
        message = refused(HubUnavailableError, lambda: open_remote("acme/tiny"))
        assert message == f"acme/tiny: {hub.url} takes too long to answer; try again"

    def test_nobody_there(self, hub: HubServer) -> None:
        with hub.refusing():
            message = refused(HubUnavailableError, lambda: open_remote("acme/tiny"))
        assert message == (
            f"acme/tiny: cannot connect to {hub.url}; check the connection and HF_ENDPOINT"
        )

    def test_a_password_in_the_address_is_not_told(
        self, hub: HubServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        address = hub.url.replace("//", f"//me:{TOKEN}@")
        monkeypatch.setenv("HF_ENDPOINT", address)
        monkeypatch.setattr(constants, "ENDPOINT", address)
        with hub.refusing():
            message = refused(HubUnavailableError, lambda: open_remote("acme/tiny"))
        assert hub.url in message

    def test_an_address_without_a_scheme(
        self, hub: HubServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HF_ENDPOINT", "hub.example")
        monkeypatch.setattr("huggingface_hub.hf_api.api.endpoint", "hub.example")
        monkeypatch.setattr(constants, "ENDPOINT", "hub.example")
        message = refused(HubUnavailableError, lambda: open_remote("acme/tiny"))
        assert message == (
            "acme/tiny: hub.example is not an address; HF_ENDPOINT must be one, such as "
            "https://huggingface.co"
        )

    def test_a_token_that_cannot_be_sent(
        self, hub: HubServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HF_TOKEN", f"{TOKEN}\N{LATIN SMALL LETTER U WITH DIAERESIS}")
        message = refused(RepositoryAccessError, lambda: open_remote("acme/tiny"))
        assert message == "acme/tiny: HF_TOKEN is not a token; tokens are ASCII"

    def test_offline(self, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        message = refused(HubUnavailableError, lambda: open_remote("acme/tiny"))
        assert message == f"acme/tiny: HF_HUB_OFFLINE is set; unset it to ask {hub.url}"
        assert hub.requests == []

    @pytest.mark.parametrize(
        "answer",
        [
            {"sha": None},
            {"sha": "main"},
            {"siblings": [{"size": 7}]},
            {"siblings": "none"},
            {"safetensors": [7]},
            {"createdAt": "yesterday"},
            {"tags": 7},
        ],
    )
    def test_an_answer_that_makes_no_sense(self, answer: dict[str, Any], hub: HubServer) -> None:
        hub.store.add("acme/strange", FILES, extra=answer)
        message = refused(HubUnavailableError, lambda: open_remote("acme/strange"))
        assert message in (
            "acme/strange: the Hub names no commit",
            f"acme/strange: the response from {hub.url} is not what a Hub sends; does HF_ENDPOINT "
            "point to a Hub?",
        )

    def test_a_card_with_strange_figures(self, hub: HubServer) -> None:
        index = [{"name": "x", "results": [{"task": {"type": []}, "dataset": {}, "metrics": 7}]}]
        card = {"license": "mit", "model-index": index, "eval_results": 7}
        hub.store.add("acme/strange", FILES, extra={"cardData": card})
        assert open_remote("acme/strange").metadata.card["license"] == "mit"

    def test_files_whose_names_lead_elsewhere_are_not_listed(self, hub: HubServer) -> None:
        siblings = [{"rfilename": name, "size": 2} for name in ("../a", "/etc/passwd", "b.json")]
        hub.store.add("acme/strange", FILES, extra={"siblings": siblings})
        assert list(open_remote("acme/strange").files) == ["b.json"]


def test_no_token_reaches_a_log(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    hub.fails("status", status=503, times=1)
    with caplog.at_level(logging.DEBUG):
        refused(errors.RepositoryAccessError, lambda: open_remote("acme/tiny"))
    assert TOKEN not in caplog.text

"""Libraries that have changed: reported as such, not blamed on a checkpoint, server or address.

Every part that a seam lists is removed and altered here; a part added to a list is thereby
tested. `make drift` also runs this on the newest releases.
"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from importlib import import_module, metadata
from pathlib import Path
from types import FunctionType
from typing import Any

import httpx2
import huggingface_hub
import ollama
import pytest
import transformers
from checkpoints import (
    MINILM,
    TINY_CROSS_ENCODER,
    build_cross_encoder,
    copy_without,
    minilm_folder,
)
from command_line import environment
from filelock import FileLock, Timeout
from llm_fixtures import tiny_entry, tiny_llama
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from catalogues import ROOT
from registry import load
from registry.backends.interface import LoadOptions
from registry.errors import (
    CheckpointError,
    HubUnavailableError,
    LibraryDriftError,
    LoadError,
    StoreError,
)
from registry.files.digests import Digests
from registry.hub.snapshot import CachedSnapshot
from registry.libraries.huggingface_hub import CachedRepository
from registry.libraries.ray import hold_blocks
from registry.libraries.seams import Part, Seam
from registry.ollama.connection import OllamaConnection
from registry.ollama.options import ServerOptions
from registry.store.cache_scan import scan_repository
from seams import SEAMS
from servers.hub import HubServer
from servers.hub_environment import redirect
from servers.ollama import OllamaServer

__all__ = ["tiny_llama"]  # a fixture that pytest finds by name

MODULE: Any = transformers.modeling_utils  # the names used below are not public

PARTS = [
    pytest.param(name, part, id=f"{name}-{part.name}")
    for name, seam in SEAMS.items()
    for part in seam.parts
]
ALTERED = [each for each in PARTS if isinstance(part := each.values[1], Part) and part.takes]


@pytest.fixture
def use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], None]]:
    """Runs something that uses the seam with that name."""
    with HubServer() as hub, OllamaServer() as server:
        redirect(monkeypatch, hub.url, tmp_path)
        hub.store.add("acme/tiny", {"config.json": "{}"})

        def minilm() -> None:
            load(MINILM, local_path=minilm_folder(), device="cpu")

        def export() -> None:
            from registry.exporting.export_model import export_model

            weights = build_cross_encoder(tmp_path / "weights")
            options = LoadOptions(local_path=weights)
            export_model(TINY_CROSS_ENCODER, "onnx", output=tmp_path / "export", options=options)

        def llama() -> None:
            folder = request.getfixturevalue("tiny_llama")
            load(tiny_entry(instruction_tuned=False), local_path=folder, device="cpu")

        def cache() -> None:
            from registry.store.hugging_face import read_cache

            read_cache(tmp_path)

        def requests() -> None:
            from registry.hub.remote import open_remote

            open_remote("acme/tiny").read_text("config.json")

        def blobs() -> None:
            from registry.ollama.models import held_blobs

            held_blobs(["0" * 64], server.url)

        ways = {
            "huggingface_hub.CACHE": cache,
            "huggingface_hub.REQUESTS": requests,
            "ollama.BLOBS": blobs,
            "sentence_transformers.LOADING": minilm,
            "sentence_transformers.EXPORTING": export,
            "transformers.ATTENTION": export,
            "transformers.LOADING": minilm,
            "transformers.GENERATION": llama,
        }
        assert ways.keys() == SEAMS.keys()
        yield lambda seam: ways[seam]()


def put(monkeypatch: pytest.MonkeyPatch, part: Part, value: object | None) -> None:
    """Replace a part; None removes it."""
    module, _, attributes = part.path.partition(":")
    *owners, name = attributes.split(".")
    owner: Any = import_module(module)
    for each in owners:
        owner = getattr(owner, each)
    found: Any = inspect.getattr_static(owner, name, None) or getattr(owner, name)
    # A package may look its exports up lazily on every access, so patch their home module too.
    homes = [owner, sys.modules.get(str(getattr(found, "__module__", None)))]
    if isinstance(owner, type):
        homes = [each for each in owner.__mro__ if name in vars(each)]
    for home in filter(None, homes):
        if value is not None:
            monkeypatch.setattr(home, name, value)
        elif name in vars(home):
            monkeypatch.delattr(home, name)


def drifted(seam: Seam, do: Callable[[], object]) -> str:
    """What moved, from an error that names the library, its version and the cure."""
    with pytest.raises(LibraryDriftError) as caught:
        do()
    error = caught.value
    assert (error.library, error.version) == (seam.library, metadata.version(seam.library))
    assert error.version in str(error)
    assert f"pip install '{seam.library}{seam.checked}'" in str(error)
    return error.moved


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_a_part_that_is_gone(
    name: str, part: Part, use: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, part, None)

    assert drifted(SEAMS[name], lambda: use(name)) == f"{part.name} is gone"


@pytest.mark.parametrize(("name", "part"), ALTERED)
def test_a_part_that_takes_something_else(
    name: str, part: Part, use: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, part, lambda renamed=None: renamed)

    assert f"{part.name} no longer accepts {', '.join(part.takes)}" in drifted(
        SEAMS[name], lambda: use(name)
    )


@pytest.mark.parametrize("name", SEAMS)
def test_nothing_has_moved_here(name: str, use: Callable[[str], None]) -> None:
    use(name)


@pytest.mark.parametrize("name", SEAMS)
def test_what_is_installed_was_checked(name: str) -> None:
    seam = SEAMS[name]
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = (line.split()[0].split("==") for line in lines if "==" in line.split("#")[0])
    pinned = {canonicalize_name(name): version for name, version in pins}

    assert seam.is_checked, f"{seam.library} {seam.version}: check it, then say so in its seam"
    assert Version(pinned[canonicalize_name(seam.library)]) in SpecifierSet(seam.checked)


def test_a_module_that_is_gone_and_a_library_that_is_not_installed() -> None:
    seam = replace(SEAMS["transformers.LOADING"], parts=(Part("transformers.nowhere:name"),))
    assert drifted(seam, seam.verify) == "transformers.nowhere.name is gone"
    with pytest.raises(ModuleNotFoundError, match="'nowhere'"):
        Seam("nowhere", ">=1", (Part("nowhere.inside:name"),)).verify()


def test_a_part_that_wants_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def wants_more(self: object, outputs: object, model_kwargs: object, step: int) -> None: ...

    name = "_update_model_kwargs_for_generation"
    monkeypatch.setattr(transformers.GenerationMixin, name, wants_more)
    seam = SEAMS["transformers.GENERATION"]

    assert drifted(seam, seam.verify).endswith(f"{name} now wants step")


class TestReports:
    """Only its report shows which weights transformers has initialized randomly."""

    SEAM = SEAMS["transformers.LOADING"]

    def loads(self) -> None:
        load(MINILM, local_path=minilm_folder(), device="cpu")

    def report(self, monkeypatch: pytest.MonkeyPatch, report: Callable[..., None]) -> None:
        """Make the library call this instead of its own report."""
        own: Any = transformers.PreTrainedModel._finalize_model_loading
        names = {**own.__globals__, "log_state_dict_report": report}
        changed = FunctionType(own.__code__, names, argdefs=own.__defaults__)
        monkeypatch.setattr(
            transformers.PreTrainedModel, "_finalize_model_loading", staticmethod(changed)
        )

    def test_it_is_never_called(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.report(monkeypatch, lambda **_: None)

        assert "log_state_dict_report was not called" in drifted(self.SEAM, self.loads)

    def test_it_is_not_told_what_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def report(model: object, **_: object) -> None:
            MODULE.log_state_dict_report(model=model)

        monkeypatch.setattr(
            MODULE, "log_state_dict_report", lambda model=None, loading_info=None: None
        )
        self.report(monkeypatch, report)

        assert "is not told what is missing" in drifted(self.SEAM, self.loads)

    def test_by_position_it_is_as_good(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.report(monkeypatch, lambda **given: MODULE.log_state_dict_report(*given.values()))

        self.loads()

    def test_what_is_missing_has_another_form(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from transformers.utils.loading_report import LoadStateDictInfo

        monkeypatch.setattr(LoadStateDictInfo, "missing_and_mismatched", lambda self: None)

        assert "is not told what is missing" in drifted(self.SEAM, self.loads)


def test_a_decoding_loop_that_is_not_ours(
    tiny_llama: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = load(tiny_entry(instruction_tuned=False), local_path=tiny_llama, device="cpu")
    monkeypatch.setattr(
        transformers.GenerationMixin, "generate", lambda self, custom_generate=None, **_: [[1]]
    )

    assert "generate does not give" in drifted(
        SEAMS["transformers.GENERATION"], lambda: generator.generate("Once")
    )


def test_a_refusal_that_is_not_raised_is_no_blob(monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.ollama.models import held_blobs

    def unchecked(self: Any, *arguments: Any, **keywords: Any) -> Any:
        return self._client.request(*arguments, **keywords)

    monkeypatch.setattr(ollama.Client, "_request_raw", unchecked)
    with OllamaServer() as server:
        assert "neither answers nor raises" in drifted(
            SEAMS["ollama.BLOBS"], lambda: held_blobs(["0" * 64], server.url)
        )


def test_the_cache_is_laid_out_as_we_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from registry.hub.downloads import fetch_checked
    from registry.hub.remote import open_remote

    seen: list[tuple[int, bool]] = []

    class Bar(huggingface_hub.utils.tqdm):  # type: ignore[name-defined,misc] # not typed there
        def update(self, count: float | None = 1) -> bool | None:
            seen.append((len(repository.unfinished(blob)), is_locked(repository.lock(blob))))
            return None

    with HubServer() as hub:
        redirect(monkeypatch, hub.url, tmp_path)
        files: dict[str, Any] = {
            "model.safetensors": bytes(5_000_000),
            "config.json": "{}",
        }
        head = hub.store.add("acme/tiny", files).head
        source = open_remote("acme/tiny")
        blob = str(source.files["model.safetensors"].sha256)
        theirs = CachedSnapshot("acme/tiny", head, tmp_path / "theirs")
        repository = CachedRepository.of("acme/tiny", theirs.cache_dir)
        for path in files:
            huggingface_hub.hf_hub_download(
                "acme/tiny", path, revision=head, cache_dir=theirs.cache_dir, tqdm_class=Bar
            )
        ours = CachedSnapshot("acme/tiny", head, tmp_path / "ours")
        for file in source.files.values():
            fetch_checked(ours, file, Digests())
    assert (1, True) in seen
    assert repository.unfinished() == []
    assert not is_locked(repository.lock(blob))
    assert laid_out(ours.cache_dir) == laid_out(theirs.cache_dir)
    (found,) = huggingface_hub.scan_cache_dir(theirs.cache_dir).repos
    assert found == scan_repository(repository.folder, [])


def laid_out(cache: Path) -> dict[str, str]:
    """The files of a cache, and the targets of its links."""
    found = (path for path in cache.rglob("*") if path.is_symlink() or path.is_file())
    return {
        str(path.relative_to(cache)): str(path.readlink()) if path.is_symlink() else "a file"
        for path in found
        if path.name != "CACHEDIR.TAG"
    }


def is_locked(path: Path) -> bool:
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True


class TestWhoIsToBlame:
    """Errors of code: the library's if its version is unchecked or it lacks what is asked for."""

    def fails(self, monkeypatch: pytest.MonkeyPatch, error: Exception) -> LoadError:
        def from_pretrained(*arguments: object, **keywords: object) -> None:
            raise error

        monkeypatch.setattr(transformers.AutoModel, "from_pretrained", from_pretrained)
        with pytest.raises(LoadError) as caught:
            load(MINILM, local_path=minilm_folder(), device="cpu")
        return caught.value

    @pytest.mark.parametrize(
        "error",
        [
            AttributeError("'BertModel' object has no attribute 'x'"),
            TypeError("unsupported operand"),
            NameError("name 'init' is not defined"),
            NotImplementedError(),
            ImportError("cannot import name 'x' from 'torch'", name="torch"),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_of_an_unchecked_version(
        self, error: Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Seam, "version", property(lambda self: "99.0.0"))
        failure = self.fails(monkeypatch, error)

        assert isinstance(failure, LibraryDriftError)
        assert failure.version == "99.0.0"
        assert type(error).__name__ in failure.moved

    def test_of_a_checked_version_the_checkpoint(self, monkeypatch: pytest.MonkeyPatch) -> None:
        failure = self.fails(monkeypatch, TypeError("'<' not supported"))
        assert isinstance(failure, CheckpointError)

    def test_other_errors_are_the_checkpoint_s(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Seam, "version", property(lambda self: "99.0.0"))
        assert isinstance(self.fails(monkeypatch, ValueError("no")), CheckpointError)

    @pytest.mark.parametrize(
        "error",
        [
            NameError("name 'init' is not defined"),
            AttributeError("module 'torch' has no attribute 'gone'", name="gone", obj=sys),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_code_that_does_not_fit_is_no_checkpoint(
        self, error: Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failure = self.fails(monkeypatch, error)
        assert type(failure) is LoadError
        assert str(error) in str(failure)

    def test_nor_is_code_of_a_checkpoint_the_library_s(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        error = ImportError("cannot import name 'x' from 'transformers.y'", name="transformers.y")
        assert type(self.fails(monkeypatch, error)) is LoadError

    def test_what_a_configuration_names_is_the_checkpoint_s(self, tmp_path: Path) -> None:
        folder = copy_without(minilm_folder(), tmp_path / "model")
        config = (folder / "config.json").read_text()
        (folder / "config.json").write_text(config.replace("{", '{"dtype": "float33",', 1))
        llm = replace(tiny_entry(instruction_tuned=False), context_length=1)
        with pytest.raises(CheckpointError, match="float33"):
            load(llm, local_path=folder, device="cpu")

    def test_a_call_that_the_library_does_not_take(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import sentence_transformers

        class Renamed(sentence_transformers.SentenceTransformer):
            def __init__(self, path: str, *, on: str) -> None: ...

        monkeypatch.setattr(sentence_transformers, "SentenceTransformer", Renamed)

        assert "unexpected keyword argument" in drifted(
            SEAMS["sentence_transformers.LOADING"],
            lambda: load(MINILM, local_path=minilm_folder(), device="cpu"),
        )

    def test_an_import_inside_the_library(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "transformers.modeling_utils", None)
        monkeypatch.delattr(transformers, "modeling_utils", raising=False)

        assert "modeling_utils" in drifted(
            SEAMS["transformers.LOADING"],
            lambda: load(MINILM, local_path=minilm_folder(), device="cpu"),
        )

    def test_nor_is_an_address_to_blame(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        from registry.hub.remote import open_remote

        monkeypatch.setattr(httpx2.Client, "build_request", lambda self, method, url: None)
        with HubServer() as hub:
            redirect(monkeypatch, hub.url, tmp_path)
            assert "unexpected keyword argument" in drifted(
                SEAMS["huggingface_hub.REQUESTS"], lambda: open_remote("acme/tiny")
            )
            assert not issubclass(LibraryDriftError, HubUnavailableError)

    def test_nor_an_ollama(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from registry.ollama.models import delete_tag

        monkeypatch.setattr(ollama.Client, "delete", lambda self: None)
        monkeypatch.setattr(ollama.Client, "list", lambda self, everything: None)
        assert not issubclass(LibraryDriftError, StoreError)
        with OllamaServer() as server:
            seam = SEAMS["ollama.BLOBS"]
            assert "positional argument" in drifted(seam, lambda: delete_tag("tiny", server.url))
            connection = OllamaConnection(
                tiny_entry(instruction_tuned=False), ServerOptions(base_url=server.url), tag="tiny"
            )
            with closing(connection):
                assert "positional argument" in drifted(seam, connection.digest)


def test_the_command_line_says_it_in_a_line(tmp_path: Path) -> None:
    program = (
        "import sys; from huggingface_hub import file_download; del file_download.repo_folder_name;"
        "from registry.cli.run import run; sys.argv = ['registry', 'ls']; sys.exit(run())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(HF_HOME=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(
        r"Error: huggingface_hub \S+: huggingface_hub\.file_download\.repo_folder_name is gone; "
        r"versions \S+ are known to work: pip install 'huggingface_hub\S+'\n",
        done.stderr,
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Ray's own
def test_a_worker_of_ray_holds_as_many_blocks_as_it_is_told() -> None:
    from ray.data import DataContext

    context = DataContext()
    before = vars(context).copy()
    assert hold_blocks(context, 16)
    changed = {name: value for name, value in vars(context).items() if before[name] is not value}
    assert list(changed.values()) == [16]
    assert not hold_blocks(object(), 16)

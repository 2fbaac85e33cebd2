"""Repositories on this machine: a folder, the cache, the headers of their weights."""

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import pytest

from registry.errors import HubUnavailableError, RepositoryFileError
from registry.hub._safetensors_header import parsed, read_header
from registry.hub.cached import FolderRepository, open_cached
from registry.hub.source import LARGEST_TEXT, Tensor
from registry_base.repository_names import is_path_inside

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HEADER = {"linear.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
CARD = "---\nlicense: mit\nlanguage: [en, no]\ntags: [splade, 7]\n---\n# Tiny\n"


def weights(header: Any, body: bytes = bytes(24)) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


class TestHeaders:
    def test_tensors_are_read_without_the_weights(self, tmp_path: Path) -> None:
        path = tmp_path / "model.safetensors"
        path.write_bytes(weights({"__metadata__": {"format": "pt"}, **HEADER}))
        assert read_header(path) == {"linear.weight": Tensor("F32", (2, 3))}

    def test_a_truncated_file(self, tmp_path: Path) -> None:
        path = tmp_path / "model.safetensors"
        whole = weights(HEADER)
        path.write_bytes(whole[:-5])
        with pytest.raises(ValueError, match=f"is truncated: {len(whole) - 5} of {len(whole)}"):
            read_header(path)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"1234567",
            b"\xff" * 16,
            struct.pack("<Q", 100) + b"{}",
            weights([]),
            weights({"a": 7}),
            weights({"a": {"dtype": "F32", "shape": [2]}}),
            weights({"a": {**HEADER["linear.weight"], "data_offsets": [0, float("inf")]}}),
            struct.pack("<Q", 200_000) + b"[" * 200_000,
        ],
    )
    def test_a_damaged_file(self, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / "model.safetensors"
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"is damaged or not a safetensors file"):
            read_header(path)

    @pytest.mark.parametrize("shape", [[-1], [1.5], [True], ["2"], [2**64], [1] * 17, 3])
    def test_shapes_that_no_tensor_has(self, shape: object) -> None:
        with pytest.raises(ValueError, match="a is not a tensor"):
            parsed({"a": {"dtype": "F32", "shape": shape}})


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in (".git/config", "1_Pooling/config.json", "config.json"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("{}")
        (tmp_path / "README.md").write_text(CARD)
        return tmp_path

    def test_what_it_holds(self, folder: Path) -> None:
        source = FolderRepository(folder, "acme/tiny")
        assert list(source.files) == ["1_Pooling/config.json", "README.md", "config.json"]
        assert source.files["config.json"].size == 2
        assert source.read_text("1_Pooling/config.json") == "{}"
        assert source.read_text("../secret") is None
        assert source.read_sha256("config.json") == hashlib.sha256(b"{}").hexdigest()

    def test_its_card(self, folder: Path) -> None:
        metadata = FolderRepository(folder, "acme/tiny").metadata
        assert metadata.card["license"] == "mit"
        assert metadata.tags == ("splade",)
        assert (metadata.gated, metadata.created) == (None, None)

    @pytest.mark.parametrize(
        "text",
        [
            "# none",
            "---\n[\n---\n",
            "---\n- a\n---\n",
            "---\na: !!python/object:os.system {}\n---\n",
        ],
    )
    def test_no_card_or_a_damaged_one_says_nothing(self, text: str, folder: Path) -> None:
        (folder / "README.md").write_text(text)
        assert FolderRepository(folder, "acme/tiny").metadata.card == {}

    def test_files_that_cannot_be_read(self, folder: Path) -> None:
        (folder / "latin.json").write_bytes(b'{"a": "\xe9"}')
        with (folder / "large.json").open("wb") as file:
            file.truncate(LARGEST_TEXT + 1)
        (folder / "model.safetensors").write_bytes(b"")
        source = FolderRepository(folder, "acme/tiny")
        for path, message in {
            "latin.json": "acme/tiny: latin.json is not valid UTF-8",
            "large.json": "acme/tiny: large.json is too large to be read: 5242881 bytes",
        }.items():
            with pytest.raises(RepositoryFileError) as caught:
                source.read_text(path)
            assert str(caught.value) == message
        with pytest.raises(
            RepositoryFileError,
            match=r"model\.safetensors is damaged or not a safetensors "
            r"file",
        ):
            source.read_tensors("model.safetensors")
        for read in (source.read_tensors, source.read_sha256):
            with pytest.raises(RepositoryFileError, match=r"acme/tiny: nowhere is not there"):
                read("nowhere")


class TestCache:
    @pytest.fixture
    def cache(self, tmp_path: Path) -> Path:
        """A cache in huggingface_hub's layout."""
        repository = tmp_path / "models--acme--tiny"
        (repository / "blobs").mkdir(parents=True)
        (repository / "blobs" / "a").write_text('{"hidden_size": 8}')
        (repository / "snapshots" / COMMIT).mkdir(parents=True)
        (repository / "snapshots" / COMMIT / "config.json").symlink_to("../../blobs/a")
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text(COMMIT)
        return tmp_path

    @pytest.mark.parametrize("revision", [None, COMMIT, "main"])
    def test_a_snapshot(self, revision: str | None, cache: Path) -> None:
        source = open_cached("acme/tiny", revision, cache)
        assert (source.huggingface_id, source.revision) == ("acme/tiny", COMMIT)
        assert source.read_text("config.json") == '{"hidden_size": 8}'

    @pytest.mark.parametrize(
        ("name", "revision", "where"),
        [
            ("acme/other", None, "acme/other is"),
            ("acme/tiny", COMMIT[::-1], f"acme/tiny at {COMMIT[::-1]} is"),
            ("no repository", None, "no repository is"),
        ],
    )
    def test_what_is_not_there(
        self, name: str, revision: str | None, where: str, cache: Path
    ) -> None:
        with pytest.raises(HubUnavailableError) as caught:
            open_cached(name, revision, cache)
        assert str(caught.value) == (
            f"{where} not in the Hugging Face cache; fetch it, or ask the Hub"
        )


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../a", "a/../b", "a\\b", "a\nb", "\u202ea"])
def test_names_that_lead_out_of_a_repository(path: str) -> None:
    assert not is_path_inside(path)

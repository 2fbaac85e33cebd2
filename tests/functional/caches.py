"""A Hugging Face cache for tests, laid out as huggingface_hub lays it out."""

from __future__ import annotations

import hashlib
from pathlib import Path

from registry.models.api import repository_of
from registry.models.kinds import ModelLike


def put_in_cache(model: ModelLike, source: Path, cache: Path) -> Path:
    """Put a folder's files into a cache as the snapshot of a model; the folder of the snapshot.

    As the Hub does it, large files are named by their SHA-256 and the others by Git's SHA-1.
    """
    repository = cache / f"models--{repository_of(model).replace('/', '--')}"
    revision = model.revision or hashlib.sha1(b"head").hexdigest()
    snapshot = repository / "snapshots" / revision
    for folder in (snapshot, repository / "blobs", repository / "refs"):
        folder.mkdir(parents=True, exist_ok=True)
    (repository / "refs" / "main").write_text(revision)
    for path in sorted(source.iterdir()):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix in (".safetensors", ".gguf"):
            name = hashlib.sha256(content).hexdigest()
        else:
            name = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        (repository / "blobs" / name).write_bytes(content)
        (snapshot / path.name).symlink_to(Path("..", "..", "blobs", name))
    return snapshot

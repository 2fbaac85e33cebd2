"""A Hugging Face cache for tests, laid out as huggingface_hub lays it out."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from registry.models.api import repository_of
from registry.models.kinds import ModelLike


def put_in_cache(model: ModelLike, source: Path, cache: Path) -> Path:
    """Put a folder's files into a cache as a model's snapshot; returns the snapshot's folder.

    As the Hub does it, large files are named by their SHA-256 and the others by Git's SHA-1.
    """
    repository = cache / f"models--{repository_of(model).replace('/', '--')}"
    revision = model.revision or hashlib.sha1(b"head").hexdigest()
    snapshot = repository / "snapshots" / revision
    for folder in (snapshot, repository / "blobs", repository / "refs"):
        folder.mkdir(parents=True, exist_ok=True)
    (repository / "refs" / "main").write_text(revision)
    for path in sorted(source.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix in (".safetensors", ".gguf"):
            name = hashlib.sha256(content).hexdigest()
        else:
            name = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        blob, link = repository / "blobs" / name, snapshot / path.relative_to(source)
        blob.write_bytes(content)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    return snapshot

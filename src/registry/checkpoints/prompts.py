"""The prompts of a checkpoint, by the names that publishers give them."""

from __future__ import annotations

from registry_base.json_shapes import is_object

_NAMES = {"query": ("query",), "document": ("document", "passage", "corpus")}


def own_prompt(prompts: object, role: str) -> str:
    """A checkpoint's prompt for a role: the first that is not empty; empty if it has none.

    prompts: by name, as in config_sentence_transformers.json. sentence-transformers documents these
    names in this order, but since 6.2 every network has an empty "document", which hides the
    others.

    >>> own_prompt({"query": "query: ", "document": "", "passage": "passage: "}, "document")
    'passage: '
    """
    if not is_object(prompts):
        return ""
    return next((str(prompts[name]) for name in _NAMES.get(role, ()) if prompts.get(name)), "")

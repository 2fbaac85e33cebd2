"""How a network of sentence-transformers reads the texts of a role, as its own methods show it.

Nothing is taken from configurations: what its `encode_query` puts before a text, where it cuts
and how it fills up is seen on a few texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.errors import UnsupportedError
from registry.exports.export import Expansion, Route

# Longer than any model reads, in words that every tokenizer has.
_LONG = "the cat and the dog " * 8_000
_KNOWN = {"input_ids", "attention_mask", "token_type_ids"}
_BESIDES = {"modality", "task", "prompt_length", "query_expansion_positions", "offsets"}


@dataclass(frozen=True)
class Reading:
    """A route without its files, and what its graph is made of."""

    route: Route
    names: list[str]
    modules: list[Any]
    tokenizer: Any


def read_role(
    model_id: str,
    network: Any,  # of one of four classes of the library, typed in part
    role: str,
) -> Reading:
    """How texts of a role ("query", "document", "pair") are read. Raises UnsupportedError."""
    modules = _modules(network, role)
    names = [type(part).__name__ for part in modules]
    for part in modules:
        if getattr(part, "include_prompt", True) is False:
            raise _cannot(model_id, "its pooling leaves out the prompt")
        if "TokenPooling" in type(part).__name__:
            raise _cannot(model_id, "it pools tokens")
    if getattr(network, "max_active_dims", None) is not None:
        raise _cannot(model_id, "it keeps only so many of its weights")
    first = modules[0]
    tokenizer = getattr(first.tokenizer, "backend_tokenizer", first.tokenizer)
    if not hasattr(tokenizer, "encode_batch_fast"):
        raise _cannot(model_id, "its tokenizer is none of the library tokenizers")
    if names[0] == "StaticEmbedding":
        route = Route(graph="", tokenizer="", special_tokens=False, prompt=_prompt(network, role))
        return Reading(route, ["input_ids", "attention_mask"], modules, tokenizer)
    task = {} if role == "pair" else {"task": role}
    short, long = (("a", "a"), (_LONG, _LONG)) if role == "pair" else ("a", _LONG)
    two = network.preprocess(
        [short, (("a b c d e", "a") if role == "pair" else "a b c d e")], **task
    )
    if odd := sorted(set(two) - _KNOWN - _BESIDES):
        raise _cannot(model_id, f"it takes {', '.join(odd)} besides tokens")
    cut = network.preprocess([long], **task)
    length = int(cut["input_ids"].shape[1])
    shown = network.preprocess([short], **task)
    plain = tokenizer_ids(tokenizer, short, special=True)
    special = shown["input_ids"][0, : len(plain)].tolist() == plain or _fixed(first, role)
    expansion = _expansion(first) if role == "query" else None
    left, pad, pad_type = _padding(two)
    route = Route(
        graph="",
        tokenizer="",
        special_tokens=special,
        length=length if length < 15_000 else None,
        prompt=_prompt(network, role),
        pad=pad,
        pad_type=pad_type,
        pad_left=left,
        expansion=expansion,
        skip=_skip(network, role),
    )
    inputs = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in two]
    if names[0] == "SparseStaticEmbedding":
        inputs = ["input_ids", "attention_mask"]
    kept = [part for part in modules if type(part).__name__ != "MultiVectorMask"]
    return Reading(route, inputs, kept, tokenizer)


def save_tokenizer(reading: Reading, path: Path) -> None:
    """The tokenizer as one file, without settings of its last use."""
    from tokenizers import Tokenizer

    untyped: Any = Tokenizer  # an extension module
    copy = untyped.from_str(reading.tokenizer.to_str())
    copy.no_padding()
    copy.no_truncation()
    path.write_text(copy.to_str(), "utf-8")


def tokenizer_ids(tokenizer: Any, text: str | tuple[str, str], *, special: bool) -> list[int]:
    """Numbers of the tokens of a text, as the tokenizer alone gives them."""
    ids: list[int] = tokenizer.encode_batch_fast([text], add_special_tokens=special)[0].ids
    return ids


def _modules(network: Any, role: str) -> list[Any]:
    """The modules that a role goes through, those of its route in a Router."""
    found: list[Any] = []
    for part in network:
        routes = getattr(part, "sub_modules", None)
        if routes is None:
            found.append(part)
            continue
        task = None if role == "pair" else role
        found += list(routes[part._resolve_route(task=task, modality="text")])
    return found


def _prompt(network: Any, role: str) -> str:
    """What the network's own method for a role puts before a text."""
    if role == "pair":
        return ""
    seen: list[str] = []
    original = network.preprocess

    def watch(inputs: Any, prompt: str | None = None, **rest: Any) -> Any:
        seen.append(prompt or "")
        return original(inputs, prompt=prompt, **rest)

    network.preprocess = watch
    try:
        method = network.encode_query if role == "query" else network.encode_document
        method(["a"], show_progress_bar=False)
    finally:
        del network.preprocess
    return seen[-1]


def _fixed(first: Any, role: str) -> bool:
    expansion = getattr(first, "query_expansion", None) if role == "query" else None
    return expansion is not None


def _expansion(first: Any) -> Expansion | None:
    found = getattr(first, "query_expansion", None)
    if found is None:
        return None
    tokenizer = first.tokenizer
    token = (
        tokenizer.mask_token_id if tokenizer.mask_token_id is not None else tokenizer.eos_token_id
    )
    if found["token"] is not None:
        token = tokenizer.convert_tokens_to_ids(found["token"])
    return Expansion(
        length=found["length"],
        token=int(token),
        attend=bool(found["attend"]),
        fixed=found["strategy"] == "fixed",
    )


def _padding(two: Any) -> tuple[bool, int, int]:
    """Which side is filled up, and with which token and segment."""
    mask, tokens = two["attention_mask"], two["input_ids"]
    left = int(mask[0, 0]) == 0
    place = 0 if left else -1
    if int(mask[0, place]) == 1:
        return False, 0, 0
    segments = two.get("token_type_ids")
    return left, int(tokens[0, place]), 0 if segments is None else int(segments[0, place])


def _skip(network: Any, role: str) -> tuple[int, ...]:
    """Tokens whose vectors a late-interaction model leaves out."""
    for part in network:
        if type(part).__name__ == "MultiVectorMask" and role in part.skiplist_tasks:
            return tuple(part._skiplist_ids.tolist()) if part._skiplist_ids is not None else ()
    return ()


def _cannot(model_id: str, why: str) -> UnsupportedError:
    return UnsupportedError(f"{model_id} cannot be exported: {why}")

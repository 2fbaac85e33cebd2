"""How a sentence-transformers network reads the texts of a role, as its own methods show.

Nothing is taken from configurations: what its `encode_query` prepends to a text, where it cuts and
how it pads is observed on a few texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.checkpoints.prompts import own_prompt
from registry.errors import UnsupportedError
from registry.exports.export import Expansion, Route
from registry.libraries.sentence_transformers import (
    modules_of_role,
    prompt_of_role,
    skipped_tokens,
)

# Words that every tokenizer has, and enough of them that any model cuts. Few are tried first: the
# time to cut a pair of long texts grows quadratically.
_WORDS = "the cat and the dog "
_TRIED = (1_000, 8_000, 40_000)
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
    modules = modules_of_role(network, None if role == "pair" else role)
    names = [type(part).__name__ for part in modules]
    for part in modules:
        if getattr(part, "include_prompt", True) is False:
            raise _cannot(model_id, "its pooling leaves out the prompt")
        if "TokenPooling" in type(part).__name__:
            raise _cannot(model_id, "it pools tokens")
    if getattr(network, "max_active_dims", None) is not None:
        raise _cannot(model_id, "it limits how many weights it keeps")
    first = modules[0]
    tokenizer = getattr(first.tokenizer, "backend_tokenizer", first.tokenizer)
    if not hasattr(tokenizer, "encode_batch_fast"):
        raise _cannot(model_id, "its tokenizer is not one of the library tokenizers")
    own = own_prompt(getattr(network, "prompts", None), role)
    given = {"prompt": own} if own else {}
    prompt = "" if role == "pair" else prompt_of_role(network, role, **given)
    if names[0] == "StaticEmbedding":
        route = Route(
            graph="",
            tokenizer="",
            special_tokens=False,
            length=_length(network, role, {"task": role}),
            prompt=prompt,
        )
        return Reading(route, ["input_ids", "attention_mask"], modules, tokenizer)
    task = {} if role == "pair" else {"task": role}
    short = ("a", "a") if role == "pair" else "a"
    two = network.preprocess(
        [short, (("a b c d e", "a") if role == "pair" else "a b c d e")], **task
    )
    if odd := sorted(set(two) - _KNOWN - _BESIDES):
        raise _cannot(model_id, f"it takes {', '.join(odd)} besides tokens")
    shown = network.preprocess([short], **task)
    plain = tokenizer_ids(tokenizer, short, special=True)
    special = shown["input_ids"][0, : len(plain)].tolist() == plain or _fixed(first, role)
    expansion = _expansion(first) if role == "query" else None
    left, pad, pad_type = _padding(two)
    route = Route(
        graph="",
        tokenizer="",
        special_tokens=special,
        length=_length(network, role, task),
        prompt=prompt,
        pad=pad,
        pad_type=pad_type,
        pad_left=left,
        expansion=expansion,
        skip=skipped_tokens(network, role, tokenizer.get_vocab_size()),
    )
    inputs = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in two]
    if names[0] == "SparseStaticEmbedding":
        inputs = ["input_ids", "attention_mask"]
    kept = [part for part in modules if type(part).__name__ != "MultiVectorMask"]
    return Reading(route, inputs, kept, tokenizer)


def _length(network: Any, role: str, task: dict[str, str]) -> int | None:
    """Tokens at which it cuts, including special ones; None if it does not."""
    for words in _TRIED:
        text = _WORDS * (words // len(_WORDS.split()))
        cut = network.preprocess([(text, text) if role == "pair" else text], **task)
        length = int(cut["input_ids"].numel())
        if length < words:
            return length
    return None


def save_tokenizer(reading: Reading, path: Path) -> None:
    """Save the tokenizer as one file, without settings of its last use."""
    from tokenizers import Tokenizer

    untyped: Any = Tokenizer  # an extension module
    copy = untyped.from_str(reading.tokenizer.to_str())
    copy.no_padding()
    copy.no_truncation()
    path.write_text(copy.to_str(), "utf-8")


def tokenizer_ids(tokenizer: Any, text: str | tuple[str, str], *, special: bool) -> list[int]:
    """Token ids of a text from the tokenizer alone."""
    ids: list[int] = tokenizer.encode_batch_fast([text], add_special_tokens=special)[0].ids
    return ids


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
    """Which side is padded, and with which token and segment."""
    mask, tokens = two["attention_mask"], two["input_ids"]
    left = int(mask[0, 0]) == 0
    place = 0 if left else -1
    if int(mask[0, place]) == 1:
        return False, 0, 0
    segments = two.get("token_type_ids")
    return left, int(tokens[0, place]), 0 if segments is None else int(segments[0, place])


def _cannot(model_id: str, why: str) -> UnsupportedError:
    return UnsupportedError(f"{model_id} cannot be exported: {why}")

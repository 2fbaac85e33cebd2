"""Counts and bytes that arithmetic refutes."""

from collections.abc import Callable, Iterator

from registry_base.json_shapes import is_list, is_object
from registry_codegen.entry_view import EntryView, Finding
from registry_codegen.rules.arithmetic import KNOWN, Count, Shape, counts

# What is published: fp32, bf16 or fp16, fp8 or int8, four bits.
_BYTES_A_WEIGHT = (4.0, 2.0, 1.0, 0.5)
_TOLERANCE = 0.01
_MIB = 2**20
_LABELS = (1, 2, 3)  # of a sequence classifier: a score, yes/no, the three of NLI


def memory(entry: EntryView) -> Iterator[Finding]:
    """The bytes of the weights are their count times a width, within one percent."""
    size, count = entry.number("specs", "memory_mb"), entry.integer("specs", "parameter_count")
    if count is None or size is None:
        return
    expected = [count * width / _MIB for width in _BYTES_A_WEIGHT]
    # memory_mb is rounded: for a small model, one MiB is more than a percent.
    if not any(abs(size - each) <= max(_TOLERANCE * each, 1) for each in expected):
        likely = ", ".join(f"{each:.0f}" for each in expected[:3])
        message = (
            f"memory_mb ({size}) does not fit {count} weights: at four, two and one bytes each "
            f"they take {likely} MiB; correct one of them"
        )
        yield Finding(("specs", "memory_mb"), message, rule="memory-size")


def exact(entry: EntryView) -> Iterator[Finding]:
    """An exact count is not a round figure: one in a million is, by chance."""
    for name in ("parameter_count", "active_parameter_count"):
        count = entry.integer("specs", name)
        if count is not None and count >= 1000 and _is_round(count) and not _is_counted(entry):
            message = (
                f"{name} ({count}) is a round figure, not an exact count; leave it out: "
                f"{name.removesuffix('_count')}s is the place for it"
            )
            yield Finding(("specs", name), message, rule="round-count")


def _is_round(count: int) -> bool:
    return count % 10 ** (len(str(count)) - 3) == 0 or count % 10**6 == 0


def arithmetic(entry: EntryView) -> Iterator[Finding]:
    """The architecture can have that many weights, with a head, a projection or a pooler."""
    architecture = entry.text("architecture", "type") or ""
    count = entry.integer("specs", "parameter_count")
    if architecture not in KNOWN or count is None or (shape := _shape(entry)) is None:
        return
    # The repository's own code can build anything; nomic_bert is in transformers by now.
    own_code = entry.flag("dependencies", "trust_remote_code") and architecture != "nomic_bert"
    if own_code or _is_sparse(entry) or _is_counted(entry):
        return
    plain = counts(architecture, shape)
    additions = _additions(entry, shape)
    if not plain or any(each.allows(count - more) for each in plain for more in additions):
        return
    message = (
        f"parameter_count ({count}) is not what {architecture} of this size counts"
        f"{_expected(plain, count)}; correct it or the sizes"
    )
    yield Finding(("specs", "parameter_count"), message, rule="parameter-arithmetic")


def _is_counted(entry: EntryView) -> bool:
    """Whether `registry add` or the Hub has counted the tensors in the weight files themselves.

    That is what is stored, even if the configuration suggests something else.
    """
    sources = entry.get("sources")
    return is_object(sources) and any(
        is_list(fields) and "specs.parameter_count" in fields
        for name, fields in sources.items()
        if _is_of_files(name.removeprefix("computed: "))
    )


def _is_of_files(source: str) -> bool:
    return source == "Hub" or (source.startswith("Hub: ") and "safetensors" in source)


def _is_sparse(entry: EntryView) -> bool:
    """Whether it is a mixture of experts, whose layers are not all alike."""
    return any(entry.get("specs", name) for name in ("num_experts", "active_parameters"))


def _shape(entry: EntryView) -> Shape | None:
    vocab, hidden, layers = (
        entry.integer("specs", name) for name in ("vocab_size", "hidden_dim", "num_layers")
    )
    if vocab is None or hidden is None or layers is None:
        return None
    return Shape(
        vocab,
        hidden,
        layers,
        positions=entry.integer("specs", "max_position_embeddings"),
        intermediate=entry.integer("specs", "intermediate_size"),
        heads=entry.integer("specs", "num_attention_heads"),
        kv_heads=entry.integer("specs", "num_key_value_heads"),
        head_dim=entry.integer("specs", "head_dim"),
    )


def _additions(entry: EntryView, shape: Shape) -> set[int]:
    """What a checkpoint may store on top of the plain network, or leave out of it."""
    h, v = shape.hidden, shape.vocab
    square = h * h + h  # the pooler, or the dense layer of a head
    parts = {0, v * h}  # an output matrix that is not tied to the input
    match entry.type:
        case "cross-encoder":
            parts |= {n * width for n in _LABELS for width in (h, h + 1)}
            parts |= {square + n * (h + 1) for n in _LABELS}
        case "sparse":  # the masked-language head; ModernBERT's has no biases but the last
            heads = {square + 2 * h + v, h * h + h + v}
            parts |= heads | {head + v * h for head in heads}
        case _:
            if width := entry.integer("architecture", "projection_dims"):
                parts |= {width * h, width * h + width}
    return {part + pooler for part in parts for pooler in (0, -square, square)}


def _expected(plain: tuple[Count, ...], count: int) -> str:
    exact_counts = [each.fixed for each in plain if each.step == 0]
    if not exact_counts:
        return ", whatever its feed-forward width"
    nearest = min(exact_counts, key=lambda each: abs(each - count))
    return f" ({nearest} without a head)"


RULES: tuple[Callable[[EntryView], Iterator[Finding]], ...] = (memory, exact, arithmetic)

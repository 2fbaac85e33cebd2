"""Compare a model with the one it was tuned from, if that is in the catalogue too."""

from collections.abc import Iterator

from registry_codegen.entry_view import EntryView, Finding

RULES = frozenset({"base-shape", "date-order"})
_SHAPE = ("num_layers", "hidden_dim")


class Lineage:
    """The entries of a catalogue by their repository."""

    def __init__(self, entries: list[EntryView]) -> None:
        self._entries: dict[str, EntryView] = {}
        for entry in entries:
            if (repository := entry.text("huggingface_id")) is not None:
                self._entries.setdefault(repository.casefold(), entry)

    def base(self, entry: EntryView) -> EntryView | None:
        """The entry of its base model, if there is one."""
        repository = entry.text("architecture", "base_model") or ""
        base = self._entries.get(repository.casefold())
        return None if base is entry else base

    def check(self, entry: EntryView) -> Iterator[Finding]:
        """Not earlier than its base model, and of the same shape."""
        if (base := self.base(entry)) is not None:
            yield from _dates(entry, base)
            yield from _shapes(entry, base)


def _dates(entry: EntryView, base: EntryView) -> Iterator[Finding]:
    date, of_base = entry.text("release_date"), base.text("release_date")
    if date is None or of_base is None:
        return
    # Both to the precision of the coarser one: 2024 is not earlier than 2024-03.
    length = min(len(date), len(of_base))
    if date[:length] < of_base[:length]:
        message = (
            f'release_date ({date}) is before that of its base model "{base.id}" ({of_base}); '
            "correct one of them"
        )
        yield Finding(("release_date",), message, rule="date-order")


def _shapes(entry: EntryView, base: EntryView) -> Iterator[Finding]:
    for name in _SHAPE:
        size, of_base = entry.integer("specs", name), base.integer("specs", name)
        if size is not None and of_base is not None and size != of_base:
            message = (
                f'{name} ({size}) is not that of its base model "{base.id}" ({of_base}); '
                "correct it or architecture.base_model"
            )
            yield Finding(("specs", name), message, rule="base-shape")

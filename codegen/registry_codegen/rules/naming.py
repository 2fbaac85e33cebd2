"""Names: what a model is looked up by belongs to one model of its type."""

from collections.abc import Iterator

from registry_base.json_shapes import is_object
from registry_base.model_names import claimed_names
from registry_codegen.entry_view import EntryView, Finding

_WORDS = {
    "aliases": "alias",
    "former_ids": "former repository",
    "ollama_tag": "Ollama tag",
    "ollama_names": "Ollama name",
}


def check(entries: list[EntryView], own: int = 0) -> Iterator[tuple[EntryView, Finding]]:
    """Names that two models of a type claim, or that are another model's id.

    The entries with an index below `own` are a project's own, and come last: they are to blame.

    A repository may hold several models: as `huggingface_id`, and in variants and exports, it is
    not claimed; but it may not be another name of another model either.
    """
    ids = {entry.id.casefold(): entry for entry in entries if entry.id is not None}
    owners: dict[tuple[str | None, str], EntryView] = {}
    repositories: dict[tuple[str | None, str], EntryView] = {}
    for entry in entries:
        for path, name in claimed_names(entry.data) if is_object(entry.data) else ():
            # Look-ups ignore case, so uniqueness must too.
            key = (entry.type, name.casefold())
            owner = ids.get(name.casefold())
            if owner is not None and owner.index < own <= entry.index:
                message = f'"{owner.id}" is the {_what(path, name)} of "{entry.id}"; rename it'
                yield owner, Finding(("id",), message)
            elif owner is not None and (not _same(owner, entry) or path[0] == "aliases"):
                whose = "this entry's own id" if _same(owner, entry) else f'the id "{owner.id}"'
                yield entry, Finding(path, f"{_what(path, name)} is {whose}; remove it")
            first = owners.setdefault(key, entry)
            if _same(first, entry) and repositories.get(key, entry) is not entry:
                first = repositories[key]
            if not _same(first, entry):
                yield entry, Finding(path, _shared(_what(path, name), first))
        if (repository := entry.text("huggingface_id")) is not None:
            key = (entry.type, repository.casefold())
            repositories.setdefault(key, entry)
            if not _same(first := owners.get(key, entry), entry):
                yield entry, Finding(("huggingface_id",), _shared(f'"{repository}"', first))


def _same(one: EntryView, other: EntryView) -> bool:
    """Whether two entries are one, or listed twice, which is reported as that."""
    return one is other or (one.id is not None and one.id == other.id)


def _what(path: tuple[str | int, ...], name: str) -> str:
    return f'{_WORDS.get(str(path[-1 if path[-1] in _WORDS else 0]), "name")} "{name}"'


def _shared(what: str, owner: EntryView) -> str:
    unique = "an alias" if what.startswith("alias") else "a name"
    return (
        f'{what} already belongs to "{owner.id}", also {owner.type}; '
        f"{unique} is unique within its type"
    )

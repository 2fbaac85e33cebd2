"""Routers: what holds whichever way an input takes.

Queries and documents may go through different networks, poolings and heads. An entry describes one
model, so that a fact of one route alone would be wrong about the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from registry.hub._fact import Findings
from registry.hub._facts.modules import looks_up_vectors, routes
from registry.hub._facts.reading import Reader

_MOST_ROUTES = 16  # a task and a modality make one; a hostile file names any number
# Loading runs the code of every route.
_OF_ANY = frozenset({"dependencies.trust_remote_code"})


def merged(reader: Reader, read: Callable[[Reader], Findings]) -> Findings:
    """What `read` finds; of Routers, what it finds alike on each route."""
    found, names = read(reader), routes(reader)[:_MOST_ROUTES]
    if len(names) < 2:
        return found
    readers = {name: reader.along(name) for name in names}
    by_route = {name: read(each) for name, each in readers.items()}
    # Static embeddings have no layers, positions or pooling that could differ.
    networks = [name for name, each in readers.items() if not looks_up_vectors(each)] or names
    for path in dict.fromkeys(path for each in by_route.values() for path in each.facts):
        if path not in _OF_ANY:
            _merge(path, found, by_route, networks)
    return found


def _merge(
    path: str, found: Findings, by_route: Mapping[str, Findings], networks: Collection[str]
) -> None:
    is_file = path.startswith("files.")  # those that an entry names are a network's
    compared = [
        (name, each.value(path))
        for name, each in by_route.items()
        if name in networks or (path in each.facts and not is_file)
    ]
    name, value = compared[0]
    for other, its in compared[1:]:
        if its != value:
            found.facts.pop(path, None)
            found.note(path, f"the routes differ: {_told(value)} ({name}), {_told(its)} ({other})")
            return
    if value is not None and found.value(path) != value:
        found.put(path, by_route[name].facts[path])


def _told(value: object) -> str:
    return "unknown" if value is None else str(value)

"""One entry as the rules see it: typed look-ups that tolerate any JSON."""

from dataclasses import dataclass

from registry_base.json_shapes import Json, JsonList, JsonObject, is_list, look_up
from registry_base.problems import Pointer


@dataclass(frozen=True)
class Finding:
    """What a rule objects to: a path inside the entry, what is wrong and how to fix it.

    `rule` names one that the entry may overrule with a reason; see rules/overruled.py.
    """

    path: Pointer
    message: str
    key: bool = False
    rule: str | None = None


@dataclass(frozen=True)
class EntryView:
    """An entry of the catalogue.

    A value of the wrong JSON type counts as absent: the schema has already complained. `refused`
    are the places of all such values: they must not reach third-party parsers.
    """

    index: int
    data: JsonObject
    refused: frozenset[Pointer] = frozenset()

    def get(self, *path: str | int) -> Json:
        """The value at a path, or None."""
        return look_up(self.data, *path)

    def text(self, *path: str | int) -> str | None:
        """The string at a path, or None."""
        value = self.get(*path)
        return value if isinstance(value, str) else None

    def integer(self, *path: str | int) -> int | None:
        """The integer at a path, or None."""
        return _whole(self.get(*path))

    def number(self, *path: str | int) -> float | None:
        """The number at a path, or None."""
        value = self.get(*path)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def flag(self, *path: str | int) -> bool:
        """Whether the value at a path is true."""
        return self.get(*path) is True

    def items(self, *path: str | int) -> JsonList:
        """The list at a path, or an empty one."""
        value = self.get(*path)
        return value if is_list(value) else []

    def integers(self, *path: str | int) -> list[int]:
        """The list at a path if it holds integers only, or an empty one."""
        whole = [_whole(item) for item in self.items(*path)]
        numbers = [number for number in whole if number is not None]
        return numbers if len(numbers) == len(whole) else []

    @property
    def id(self) -> str | None:
        """The id, if it is a string."""
        return self.text("id")

    @property
    def type(self) -> str | None:
        """The type, if it is a string."""
        return self.text("type")


def _whole(value: object) -> int | None:
    """A whole number, or None. JSON Schema counts 512.0 as an integer, so the rules do too."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None

"""What can be wrong at build time.

CodegenError
├── CatalogueError      the catalogue has problems: all of them, each with its position
└── ConfigurationError  the build hook's table in pyproject.toml has problems
"""

from dataclasses import dataclass

from registry_base.problems import Problem


class CodegenError(Exception):
    """Root of the errors of this package."""


class CatalogueError(CodegenError):
    """The catalogue cannot be compiled; `problems` says why, in the order of the file.

    `told` lists and counts all of them; the message also says that nothing was written, which
    matters only to code that would have written.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(
            set(problems), key=lambda p: (p.file, p.line, p.column, p.pointer, p.message)
        )
        count = len(self.problems)
        summary = "1 problem" if count == 1 else f"{count} problems"
        self.told = "\n".join([*map(str, self.problems), summary])
        super().__init__(f"{self.told}; nothing was written")


@dataclass(frozen=True)
class Mistake:
    """One mistake in a configuration; `key` is the option it is about, if any.

    `inside` is the path from there if the option is a table.
    """

    message: str
    key: str | None = None
    inside: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """Its place in the table of options."""
        return (self.key, *self.inside) if self.key else ()

    def __str__(self) -> str:
        return f"model-registry: {self.message}"


class ConfigurationError(CodegenError):
    """The configuration is wrong; `mistakes` lists the mistakes, and the message has them all."""

    def __init__(self, mistakes: str | list[Mistake]) -> None:
        self.mistakes = [] if isinstance(mistakes, str) else mistakes
        super().__init__(mistakes if isinstance(mistakes, str) else "\n".join(map(str, mistakes)))

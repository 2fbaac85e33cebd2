"""What can be wrong at build time.

CodegenError
├── CatalogueError      the catalogue has problems: all of them, each with its place
└── ConfigurationError  the build hook's table in pyproject.toml has problems
"""

from dataclasses import dataclass

from registry_base.problems import Problem


class CodegenError(Exception):
    """Root of the errors of this package."""


class CatalogueError(CodegenError):
    """The catalogue cannot be compiled; `problems` says why, in the order of the file.

    `told` says all of them and how many; the message also that nothing was written, which is news
    only of what would have written.
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
    """One thing wrong with a configuration; `key` is the option that is meant, if one is.

    `inside` leads on from there, where the option is a table.
    """

    message: str
    key: str | None = None
    inside: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """Where it stands in the table of options."""
        return (self.key, *self.inside) if self.key else ()

    def __str__(self) -> str:
        return f"model-registry: {self.message}"


class ConfigurationError(CodegenError):
    """The configuration is wrong; `mistakes` lists what is, and the message says all of it."""

    def __init__(self, mistakes: str | list[Mistake]) -> None:
        self.mistakes = [] if isinstance(mistakes, str) else mistakes
        super().__init__(mistakes if isinstance(mistakes, str) else "\n".join(map(str, mistakes)))

"""What a command cannot do, worded so that the user can fix it."""

from collections.abc import Generator
from contextlib import contextmanager

PROBLEM = 1
USAGE = 2


class CommandError(Exception):
    """Ends a command. Each line of the message reaches stderr after `registry: `."""

    def __init__(self, message: str, status: int = PROBLEM) -> None:
        super().__init__(message)
        self.status = status


@contextmanager
def needs(extra: str) -> Generator[None]:
    """Imports of what an extra of the distribution brings; a CommandError names the extra.

    >>> with needs("hub"):  # doctest: +IGNORE_EXCEPTION_DETAIL
    ...     import no_such_module
    Traceback (most recent call last):
    ...
    CommandError: no_such_module is not installed: pip install 'tessera-registry[hub]'
    """
    if extra == "hub":
        from registry.hub.endpoint import check_endpoint

        check_endpoint()
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("", "registry", "registry_codegen"):
            raise  # ours: no extra would bring it
        raise CommandError(
            f"{error.name} is not installed: pip install 'tessera-registry[{extra}]'"
        ) from None

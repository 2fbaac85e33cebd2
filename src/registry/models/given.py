"""What callers give as a model, whether or not a type checker has looked at their code."""

from __future__ import annotations

from registry.errors import InputError


def check_model(given: object, function: str) -> None:
    """Make sure that a function got a model. Raises InputError, naming the function.

    >>> check_model(None, "load")
    Traceback (most recent call last):
    registry.errors.InputError: load takes a model, not None
    """
    if isinstance(given, str):
        raise InputError(
            f"{function} takes a model, not its id: import its constant, "
            f"or {function}(get_model({given!r}))"
        )
    if not hasattr(given, "id"):
        raise InputError(f"{function} takes a model, not {given!r}")

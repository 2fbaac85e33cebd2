"""Objects that hold memory or connections, and release them."""

from __future__ import annotations

from typing import Self

from registry.errors import BackendError


class Closable:
    """Frees what it holds when it is closed, or at the end of a `with` block.

    ```
    with load(model) as encoder:
        vectors = encoder.encode_documents(texts)
    ```
    """

    def close(self) -> None:
        """Free the memory or the connections that this holds. Closing twice does no harm."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


def closed(model_id: str) -> BackendError:
    """The error for using a closed model."""
    return BackendError(f"{model_id} has been closed; load it again")

"""One TLS context for all clients of a test process, where each reads all authorities anew."""

from __future__ import annotations

import os
import ssl
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest


def share(patch: pytest.MonkeyPatch) -> None:
    """Let clients of the same certificate authorities share a context until `patch` is undone."""
    patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
    if not find_spec("httpcore2"):  # comes with huggingface_hub
        return
    library: Any = import_module("httpcore2")
    create: Any = library.default_ssl_context
    usual = cache(lambda: create(_trust_env=False))

    def context(**options: Any) -> Any:
        own = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
        return create(**options) if own else usual()

    patch.setattr(library, "default_ssl_context", context)

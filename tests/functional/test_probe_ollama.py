"""The probe through Ollama: run once per digest, and again after a new pull of the tag."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from probe_fixtures import PROMPTED, changed, encoder, locked, probe

from registry import load
from registry.errors import CheckpointError
from registry.loading.probing import check_served
from servers.ollama import OllamaServer
from servers.ollama_store import embedding_model

__all__ = ["encoder", "locked", "probe"]  # fixtures that pytest finds by name

TAG = "all-minilm:l6"
pytestmark = pytest.mark.heavy


def test_what_a_tag_stands_for(encoder: Any, locked: Path) -> None:
    exact = changed(encoder, lambda network: None)
    with OllamaServer() as server:
        server.store.add(TAG, embedding_model(384))
        server.embed = lambda text, width: [float(each) for each in exact([text])[0]]

        def asked() -> int:
            """The number of vector requests that a load makes."""
            before = len(server.asked("/api/embed"))
            load(PROMPTED, backend="ollama", base_url=server.url).close()
            return len(server.asked("/api/embed")) - before

        assert asked() > 10
        assert asked() == 1, "the width alone"
        found = check_served(PROMPTED, backend="ollama", base_url=server.url)
        assert found.wrong is None
        assert found.comparison is not None
        assert not found.comparison.refused

        server.store.add(TAG, embedding_model(384, layers=(b"GGUF others",)))
        server.embed = lambda text, width: [-float(each) for each in exact([text])[0]]
        with pytest.raises(CheckpointError, match=r"all-minilm:l6 .* is not the model in the lock"):
            load(PROMPTED, backend="ollama", base_url=server.url)
        load(PROMPTED, backend="ollama", base_url=server.url, probe=False).close()

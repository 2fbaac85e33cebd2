"""The name of a constant that an id becomes."""

from __future__ import annotations

import re


def constant_name(model_id: str) -> str:
    """What a model is imported as; the generator has checked that no two ids become one name.

    >>> constant_name("jina-colbert-v2"), constant_name("qwen2.5-0.5b")
    ('JINA_COLBERT_V2', 'QWEN2_5_0_5B')
    """
    return re.sub(r"[.-]", "_", model_id).upper()

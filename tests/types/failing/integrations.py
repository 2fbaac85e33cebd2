"""What checkers refuse of the pieces for other libraries."""

from pydantic import BaseModel

from registry import ALL_MINILM_L6_V2, QWEN3_8B, LlmModel
from registry.integrations.argparse import DENSE
from registry.integrations.django import model_setting
from registry.integrations.pydantic import DenseField


class Body(BaseModel):
    model: DenseField = ALL_MINILM_L6_V2
    wrong: DenseField = QWEN3_8B  # error: a language model is no dense one


llm: LlmModel = DENSE("bge-m3")  # error: gives dense models
other: LlmModel = model_setting("EMBED_MODEL", "dense")  # error: gives dense models
dim: str = Body().model.embedding_dim  # error: an int

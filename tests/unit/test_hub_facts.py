"""Each group of facts, from files small enough to read next to the result."""

from math import prod
from typing import Any, ClassVar

import pytest

from memory_repository import BERT, WEIGHTS, MemoryRepository, pipeline
from registry.hub._description import Description, Fact, describe
from registry.hub._fact import computed, inferred
from registry.hub._facts.licenses import NAMED, catalogue_license
from registry.hub._facts.weights import MOST_HEADERS
from registry_codegen.entry_view import EntryView
from registry_codegen.rules import terms

# https://huggingface.co/docs/hub/repositories-licenses, except families and `other`.
HUB_LICENSES = (
    "apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 "
    "bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd-2-clause bsd-3-clause bsd-3-clause-clear "
    "c-uda cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 "
    "cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 "
    "cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 "
    "wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gpl-2.0 gpl-3.0 lgpl-2.1 "
    "lgpl-3.0 isc h-research intel-research lppl-1.3c ms-pl apple-ascl apple-amlr mpl-2.0 odc-by "
    "odbl openmdw-1.0 openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr "
    "deepfloyd-if-license fair-noncommercial-research-license llama2 llama3 llama3.1 llama3.2 "
    "llama3.3 llama4 grok2-community gemma"
)
DENSE = pipeline("Transformer", "Pooling", "Normalize")
MEAN_MAX = ["mean", "max"]
POSITIONS = "specs.max_position_embeddings"
EXPERTS = ("specs.num_experts", "specs.num_experts_per_token")
MEAN = {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True}


def found(
    files: dict[str, Any],
    tensors: dict[str, Any] | None = None,
    model_type: str | None = None,
    **metadata: Any,
) -> Description:
    return describe(MemoryRepository(files, tensors, **metadata), model_type)


def values(description: Description, *paths: str) -> list[Any]:
    facts = description.facts
    return [facts[path].value if path in facts else None for path in paths]


class TestArchitecture:
    def test_sizes_and_their_origins(self) -> None:
        facts = found({"config.json": BERT}).facts
        assert facts["architecture.type"] == Fact("bert", "config.json: model_type")
        assert facts["specs.hidden_dim"] == Fact(384, "config.json: hidden_size")
        assert facts["specs.num_layers"] == Fact(6, "config.json: num_hidden_layers")
        assert facts["specs.vocab_size"] == Fact(30522, "config.json: vocab_size")

    def test_other_architectures_have_other_names_for_them(self) -> None:
        gpt2 = {"n_embd": 768, "n_layer": 12, "n_head": 12}
        paths = ("specs.hidden_dim", "specs.num_layers", "specs.num_attention_heads")
        assert values(found({"config.json": gpt2}), *paths) == [768, 12, 12]

    @pytest.mark.parametrize("model_type", ["bloom", "falcon"])
    def test_the_name_from_before_transformers_renamed_it(self, model_type: str) -> None:
        config = {"model_type": model_type, "n_embed": 1024}
        for both in ({}, {"hidden_size": 64}):
            fact = found({"config.json": {**config, **both}}).facts["specs.hidden_dim"]
            assert fact == Fact(1024, "config.json: n_embed")

    def test_of_a_network_with_a_vision_part_the_language_counts(self) -> None:
        config = {
            "model_type": "gemma3",
            "text_config": {"hidden_size": 2560},
            "vision_config": {"hidden_size": 1152, "image_size": 896},
        }
        description = found({"config.json": config}, model_type="llm")
        assert description.facts["specs.hidden_dim"] == Fact(
            2560, "config.json: text_config.hidden_size"
        )
        assert values(description, "architecture.type") == ["gemma3"]
        assert values(description, "capabilities.modalities") == [["text", "image"]]

    @pytest.mark.parametrize(
        ("files", "expected"),
        [
            ({"config.json": BERT}, False),
            ({"config.json": {**BERT, "auto_map": {"AutoModel": "modeling.Own"}}}, True),
            ({"config.json": BERT, "modules.json": pipeline("custom_st.Transformer")}, True),
            ({}, None),
        ],
    )
    def test_remote_code(self, files: dict[str, Any], expected: bool | None) -> None:
        assert values(found(files), "dependencies.trust_remote_code") == [expected]


class TestLengths:
    def test_the_pipeline_may_truncate_earlier(self) -> None:
        files = {"config.json": BERT, "sentence_bert_config.json": {"max_seq_length": 256}}
        paths = "specs.context_length", "specs.max_sequence_length", "specs.max_position_embeddings"
        assert values(found(files), *paths) == [512, 256, 512]

    @pytest.mark.parametrize(
        ("config", "stated", "context", "told"),
        [
            # A guess from another architecture's key, and what a part leaves out.
            ({"model_type": "t5", "n_positions": 512}, 2048, (2048, "stated"), POSITIONS),
            (
                {"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "a": 1}},
                262144,
                (262144, "stated"),
                POSITIONS,
            ),
            ({"model_type": "t5", "n_positions": 512}, 256, (512, "inferred"), None),
            ({"model_type": "t5", "n_positions": 512}, 512, (512, "inferred"), None),
            (BERT, 2048, (512, "stated"), "specs.max_sequence_length"),
            (BERT, 512, (512, "stated"), None),
        ],
    )
    def test_the_pipeline_may_truncate_later(
        self, config: dict[str, Any], stated: int, context: tuple[int, str], told: str | None
    ) -> None:
        files = {"config.json": config, "sentence_bert_config.json": {"max_seq_length": stated}}
        description = found(files, model_type="dense")
        fact = description.facts["specs.context_length"]
        assert (fact.value, fact.kind) == context
        both = POSITIONS, "specs.max_sequence_length"
        refuted = [path for path in both if str(stated) in description.unknown.get(path, "")]
        assert refuted == ([] if told is None else [told])
        assert told not in description.facts

    def test_the_limit_of_a_tokenizer_refutes_nothing(self) -> None:
        for config in (BERT, {"model_type": "t5", "n_positions": 512}):
            files = {"config.json": config, "tokenizer_config.json": {"model_max_length": 8192}}
            description = found(files, model_type="dense")
            assert values(description, "specs.context_length", POSITIONS) == [512, 512]
            assert "specs.max_sequence_length" not in description.unknown

    def test_else_the_tokenizer_says_it(self) -> None:
        files = {"config.json": BERT, "tokenizer_config.json": {"model_max_length": 128}}
        assert values(found(files), "specs.max_sequence_length") == [128]

    def test_no_limit_of_a_tokenizer_is_none(self) -> None:
        limitless = {"model_max_length": 1000000000000000019884624838656}
        files = {"config.json": {}, "tokenizer_config.json": limitless}
        assert values(found(files), "specs.context_length", "specs.max_sequence_length") == [
            None,
            None,
        ]

    def test_no_limit_of_a_configuration_is_none(self) -> None:
        for limitless in (10**9, 2**53):
            config = {**BERT, "max_position_embeddings": limitless}
            description = found({"config.json": config}, model_type="llm")
            assert values(description, "specs.context_length", POSITIONS) == [None, None]
            assert str(limitless) in description.unknown[POSITIONS]
            assert str(limitless) in description.unknown["specs.context_length"]
        scaling = {"rope_type": "yarn", "factor": 1024, "original_max_position_embeddings": 10**9}
        config = {"config.json": {**BERT, "rope_scaling": scaling}}
        paths = "specs.context_length", "specs.extended_context_length"
        assert values(found(config, model_type="llm"), *paths) == [512, None]

    @pytest.mark.parametrize(
        "files",
        [
            {"config.json": {"model_type": "model2vec", "seq_length": 1_000_000}},
            {"config.json": BERT, "modules.json": pipeline("StaticEmbedding", "Normalize")},
            {"modules.json": pipeline("StaticEmbedding"), "tokenizer.json": {}},
        ],
    )
    def test_static_embeddings_have_none(self, files: dict[str, Any]) -> None:
        limits = {
            "tokenizer_config.json": {"model_max_length": 512},
            "sentence_bert_config.json": {"max_seq_length": 128},
        }
        description = found({**files, **limits}, model_type="dense")
        paths = "specs.context_length", POSITIONS, "specs.max_sequence_length"
        assert values(description, *paths) == [None, None, None]
        assert "static embeddings" in description.unknown["specs.context_length"]

    @pytest.mark.parametrize(
        ("config", "context", "table"),
        [
            (None, 131072, None),
            ({"model_type": "llama"}, 131072, None),
            ({**BERT, "max_position_embeddings": 8192}, 8192, 8192),
            # A guess gives way, and goes if what is stated refutes it.
            ({"model_type": "own", "n_ctx": 262144}, 131072, 262144),
            ({"model_type": "own", "n_ctx": 4096}, 131072, None),
        ],
    )
    def test_what_the_hub_read_in_a_gguf_file(
        self, config: dict[str, Any] | None, context: int, table: int | None
    ) -> None:
        files = {"tiny-Q4_0.gguf": 400, **({"config.json": config} if config else {})}
        description = found(files, model_type="llm", gguf_context=131072)
        assert values(description, "specs.context_length", POSITIONS) == [context, table]
        assert description.facts["specs.context_length"].kind == "stated"
        limitless = found(files, model_type="llm", gguf_context=2**31)
        assert values(limitless, "specs.context_length") != [2**31]

    def test_roberta_reserves_two_positions(self) -> None:
        config = {**BERT, "model_type": "xlm-roberta", "max_position_embeddings": 514}
        assert found({"config.json": config}).facts["specs.context_length"] == computed(
            512, "config.json: max_position_embeddings, less 2 that this architecture reserves"
        )


class TestDense:
    def test_pooling_normalisation_and_width(self) -> None:
        files = {"config.json": BERT, "modules.json": DENSE, "1_Pooling/config.json": MEAN}
        facts = found(files).facts
        assert facts["pooling"] == Fact("mean", "1_Pooling/config.json: pooling_mode_mean_tokens")
        assert facts["normalize"] == Fact(True, "modules.json: Normalize is the last module")
        assert facts["specs.embedding_dim"].value == 384

    def test_the_pooling_of_newer_versions(self) -> None:
        config = {"embedding_dimension": 384, "pooling_mode": "lasttoken"}
        files = {
            "modules.json": pipeline("Transformer", "Pooling"),
            "1_Pooling/config.json": config,
        }
        paths = "pooling", "normalize", "specs.embedding_dim"
        assert values(found(files), *paths) == ["lasttoken", False, 384]

    def test_several_modes_are_joined_and_have_no_name(self) -> None:
        config = {"embedding_dimension": 384, "pooling_mode": ["cls", "mean"]}
        description = found({"modules.json": DENSE, "1_Pooling/config.json": config})
        assert values(description, "pooling", "specs.embedding_dim") == [None, 768]
        assert description.unknown["pooling"] == "the catalogue has no word for cls and mean"

    @pytest.mark.parametrize("mode", ["bogus", ["mean", "bogus"], ["mean", 5], [], 5])
    def test_a_mode_that_there_is_not_has_no_width(self, mode: object) -> None:
        config = {"embedding_dimension": 384, "pooling_mode": mode}
        description = found({"modules.json": DENSE, "1_Pooling/config.json": config})
        assert values(description, "pooling", "specs.embedding_dim") == [None, None]

    def test_a_linear_head_changes_the_width(self) -> None:
        files = {
            "modules.json": pipeline("Transformer", "Pooling", "Dense"),
            "1_Pooling/config.json": MEAN,
            "2_Dense/config.json": {"in_features": 384, "out_features": 64},
        }
        tensors = {"2_Dense/model.safetensors": {"linear.weight": ("F32", (96, 384))}}
        paths = (
            "specs.embedding_dim",
            "architecture.projection_dims",
            "architecture.has_projection",
        )
        assert values(found(files), *paths) == [64, 64, True]
        # If the weights can be read, they take precedence.
        assert values(found(files, tensors), *paths) == [96, 96, True]

    @pytest.mark.parametrize(
        ("classes", "configs", "width", "head"),
        [
            (
                ("Transformer", "Dense", "Pooling"),
                [{"out_features": 128}, {"embedding_dimension": 128, "pooling_mode": MEAN_MAX}],
                256,
                None,
            ),
            (
                ("Transformer", "Pooling", "Dense", "Dense"),
                [MEAN, {"out_features": 1024}, {"out_features": 64}],
                64,
                64,
            ),
            (("Transformer", "Pooling", "Dense"), [MEAN, {"out_features": "512"}], None, None),
            (("Transformer", "Pooling", "Dense"), [MEAN, "{no JSON"], None, None),
            (
                ("Transformer", "Pooling", "Dense", "Dense"),
                [MEAN, {"out_features": 64}, {}],
                None,
                None,
            ),
            (("CLIPModel", "Dense"), [{}], None, None),
        ],
    )
    def test_the_last_module_that_sets_the_width_counts(
        self, classes: tuple[str, ...], configs: list[Any], width: int | None, head: int | None
    ) -> None:
        modules = pipeline(*classes)
        given = zip(modules[1:], configs, strict=True)
        files = {f"{module['path']}/config.json": config for module, config in given}
        network = {**BERT, "projection_dim": 512}
        description = found(
            {"config.json": network, "modules.json": modules, **files}, model_type="dense"
        )
        paths = "specs.embedding_dim", "architecture.projection_dims"
        assert values(description, *paths) == [width, head]
        if width is None:
            assert (
                f"{modules[-1]['path']}/config.json" in description.unknown["specs.embedding_dim"]
            )

    def test_static_embeddings(self) -> None:
        tensors = {"0_StaticEmbedding/model.safetensors": {"embedding.weight": ("F32", (9, 256))}}
        modules = pipeline("StaticEmbedding")
        modules[0]["path"] = "0_StaticEmbedding"
        description = found({"modules.json": modules}, tensors)
        assert values(description, "specs.embedding_dim", "specs.parameter_count") == [256, 2304]

    def test_some_write_a_dot_for_the_root(self) -> None:
        modules = pipeline("StaticEmbedding", "Normalize")
        modules[0]["path"], modules[1]["path"] = ".", "./1_Normalize"
        tensors = {"model.safetensors": {"embeddings": ("F32", (9, 256))}}
        description = found({"modules.json": modules}, tensors)
        assert values(description, "specs.embedding_dim", "normalize") == [256, True]

    def test_a_network_in_the_folder_of_its_module(self) -> None:
        modules = pipeline("CLIPModel")
        modules[0]["path"] = "0_CLIPModel"
        clip = {"model_type": "clip", "projection_dim": 512, "vision_config": {"image_size": 224}}
        files = {"modules.json": modules, "0_CLIPModel/config.json": clip, "vocab.json": {}}
        description = found({**files, "0_CLIPModel/tokenizer.json": {}})
        assert description.type == "dense"
        assert values(description, "files.config", "files.tokenizer") == [
            "0_CLIPModel/config.json",
            "0_CLIPModel/tokenizer.json",
        ]
        assert values(description, "architecture.type", "specs.embedding_dim") == ["clip", 512]
        assert values(description, "specs.image_size", "normalize") == [224, False]

    def test_prompts_and_similarity(self) -> None:
        written = {
            "prompts": {"query": "Instruct: find\nQuery: ", "passage": "", "STS": "similar: "},
            "similarity_fn_name": "dot",
        }
        files = {"modules.json": DENSE, "config_sentence_transformers.json": written}
        paths = "prompts.query", "prompts.document", "prompts.similarity", "similarity"
        expected = ["Instruct: find\nQuery: ", None, "similar: ", "dot"]
        assert values(found(files), *paths) == expected

    def test_matryoshka(self) -> None:
        config: dict[str, Any] = {**BERT, "matryoshka_dimensions": [64, 128, 384]}
        files = {"config.json": config, "modules.json": DENSE, "1_Pooling/config.json": MEAN}
        paths = "architecture.matryoshka_dims", "capabilities.matryoshka"
        assert values(found(files), *paths) == [[384, 128, 64], True]
        # Without the model's width they mean something else; that alone says nothing.
        for others in ([64, 768], [384], [384, 384]):
            files["config.json"] = config | {"matryoshka_dimensions": others}
            assert values(found(files), *paths) == [None, None]


class TestLateInteraction:
    def test_stanford(self) -> None:
        files = {
            "config.json": {**BERT, "architectures": ["HF_ColBERT"]},
            "artifact.metadata": {"query_maxlen": 32, "doc_maxlen": 300, "dim": 96},
        }
        tensors = {"model.safetensors": {"linear.weight": ("F32", (128, 384))}}
        facts = found(files, tensors).facts
        assert facts["specs.embedding_dim"] == Fact(128, "model.safetensors: linear.weight")
        assert facts["specs.query_length"] == Fact(32, "artifact.metadata: query_maxlen")
        assert facts["specs.document_length"] == Fact(300, "artifact.metadata: doc_maxlen")
        assert facts["similarity"].value == "maxsim"

    def test_pickled_weights_show_no_projection(self) -> None:
        files = {"config.json": {**BERT, "architectures": ["HF_ColBERT"]}, "pytorch_model.bin": 9}
        description = found(files)
        paths = "specs.embedding_dim", "architecture.has_projection", "specs.parameter_count"
        assert values(description, *paths) == [None, None, None]
        assert description.unknown["specs.parameter_count"] == (
            "the weights are pickled, and unpickling runs code"
        )

    def test_pylate(self) -> None:
        files = {
            "modules.json": pipeline("Transformer", "pylate.models.Dense.Dense"),
            "1_Dense/config.json": {"out_features": 128},
            "config_sentence_transformers.json": {"query_length": 48, "document_length": 512},
        }
        paths = "specs.embedding_dim", "specs.query_length", "specs.document_length"
        assert values(found(files), *paths) == [128, 48, 512]

    def test_a_head_that_does_not_say_its_width(self) -> None:
        files = {
            "config.json": {**BERT, "dim": 768},
            "modules.json": pipeline("Transformer", "pylate.models.Dense.Dense"),
            "1_Dense/config.json": {"out_features": "128"},
        }
        paths = "specs.embedding_dim", "architecture.projection_dims"
        description = found(files)
        assert values(description, *paths) == [None, None]
        assert "last Dense" in description.unknown["specs.embedding_dim"]

    def test_a_vision_language_model_with_one_vector(self) -> None:
        files = {
            "config.json": {"vision_config": {"patch_size": 14}, "hidden_size": 2048},
            "modules.json": DENSE,
            "1_Pooling/config.json": {"embedding_dimension": 2048, "pooling_mode": "lasttoken"},
        }
        description = found(files, model_type="vision-language")
        paths = "specs.embedding_dim", "similarity", "capabilities.multi_vector", "specs.patch_size"
        assert values(description, *paths) == [2048, None, None, 14]


class TestGeneration:
    QWEN: ClassVar[dict[str, Any]] = {
        "architectures": ["Qwen3MoeForCausalLM"],
        "hidden_size": 2048,
        "num_attention_heads": 32,
        "num_key_value_heads": 4,
        "intermediate_size": 6144,
        "max_position_embeddings": 40960,
        "num_experts": 128,
        "num_experts_per_tok": 8,
        "sliding_window": 4096,
        "use_sliding_window": False,
    }

    def test_heads_experts_and_windows(self) -> None:
        description = found({"config.json": self.QWEN})
        paths = (
            "specs.num_key_value_heads",
            "specs.head_dim",
            "specs.num_experts",
            "specs.num_experts_per_token",
            "specs.sliding_window",
            "specs.context_length",
        )
        assert values(description, *paths) == [4, 64, 128, 8, None, 40960]
        assert "specs.active_parameter_count" in description.unknown

    @pytest.mark.parametrize(
        ("config", "window"),
        [
            ({"model_type": "mistral"}, 4096),
            ({"model_type": "mistral", "use_sliding_window": None}, 4096),
            ({"model_type": "own", "use_sliding_window": False}, None),
            ({"model_type": "qwen3"}, None),
            ({"model_type": "qwen2_moe", "use_sliding_window": None}, None),
            ({"model_type": "qwen2", "use_sliding_window": True}, 4096),
            ({"model_type": "gemma3_text", "layer_types": ["full_attention"] * 2}, None),
            ({"model_type": "own", "layer_types": ["sliding_attention", "full_attention"]}, 4096),
        ],
    )
    def test_a_window_counts_only_if_a_layer_has_one(
        self, config: dict[str, Any], window: int | None
    ) -> None:
        config = {**config, "sliding_window": 4096}
        at_root = found({"config.json": config}, model_type="llm")
        nested = found({"config.json": {"text_config": config}}, model_type="llm")
        assert values(at_root, "specs.sliding_window") == [window]
        assert values(nested, "specs.sliding_window") == [window]

    @pytest.mark.parametrize(
        "config",
        [
            {"model_type": "dbrx", "ffn_config": {"moe_num_experts": 16, "moe_top_k": 4}},
            {"model_type": "ernie4_5_moe", "moe_num_experts": 16, "moe_k": 4},
            {"text_config": {"model_type": "aria_text", "moe_num_experts": 16, "moe_topk": 4}},
        ],
    )
    def test_experts_under_other_names(self, config: dict[str, Any]) -> None:
        description = found({"config.json": config}, model_type="llm")
        assert values(description, *EXPERTS) == [16, 4]
        assert "specs.active_parameter_count" in description.unknown

    def test_one_expert_is_none(self) -> None:
        config = {**self.QWEN, "num_experts": 1, "num_experts_per_tok": 1, "head_dim": 128}
        paths = "specs.num_experts", "specs.num_experts_per_token", "specs.head_dim"
        assert values(found({"config.json": config}), *paths) == [None, None, 128]

    def test_the_tokenizer_of_a_language_model_is_not_asked_for(self) -> None:
        files = {"config.json": self.QWEN, "tokenizer_config.json": {}, "tokenizer.json": {}}
        source = MemoryRepository(files)
        describe(source)
        assert "tokenizer_config.json" not in source.asked

    @pytest.mark.parametrize(
        ("config", "kv_heads", "head_dim"),
        [
            ({"model_type": "falcon", "multi_query": True, "num_kv_heads": 71}, 1, 64),
            (
                {
                    "model_type": "falcon",
                    "multi_query": True,
                    "new_decoder_architecture": True,
                    "num_kv_heads": 8,
                },
                8,
                64,
            ),
            ({"model_type": "gpt_bigcode", "multi_query": True}, 1, 64),
            ({"model_type": "chatglm", "multi_query_group_num": 2, "kv_channels": 128}, 2, 128),
            ({"model_type": "mpt", "attn_config": {"attn_type": "multiquery_attention"}}, 1, 64),
            ({"model_type": "dbrx", "attn_config": {"kv_n_heads": 8}}, 8, 64),
            ({"model_type": "t5", "d_kv": 128}, None, 128),
            ({"model_type": "t5"}, None, None),  # always 64: not derived from the width
            ({"model_type": "qwen3"}, None, None),
            ({"model_type": "gptj", "rotary_dim": 96}, None, None),  # more than width / heads
            ({"model_type": "deepseek_v3", "kv_lora_rank": 512, "head_dim": 64}, None, None),
            ({"model_type": "qwen2"}, None, 64),
        ],
    )
    def test_heads_of_keys_and_their_width(
        self, config: dict[str, Any], kv_heads: int | None, head_dim: int | None
    ) -> None:
        sizes = {"hidden_size": 2048, "num_attention_heads": 32}
        description = found({"config.json": {**sizes, **config}}, model_type="llm")
        paths = "specs.num_key_value_heads", "specs.head_dim"
        assert values(description, *paths) == [kv_heads, head_dim]
        if "specs.head_dim" in description.facts and not config.keys() & {"d_kv", "kv_channels"}:
            assert description.facts["specs.head_dim"].kind == "inferred"

    def test_what_a_nested_configuration_leaves_out_is_inferred(self) -> None:
        config = {
            "model_type": "gemma3",
            "text_config": {"model_type": "gemma3_text", "hidden_size": 2560},
            "vision_config": {},
        }
        facts = found({"config.json": config}, model_type="llm").facts
        assert facts["specs.hidden_dim"].kind == "stated"
        context = facts["specs.context_length"]
        assert (context.value, context.kind) == (131072, "inferred")
        assert context.origin.endswith(": gemma3_text.max_position_embeddings")
        # Custom code has its own defaults; and a root-level config leaves nothing out.
        own = {**config, "auto_map": {"AutoModel": "modeling.Own"}}
        assert "specs.context_length" not in found({"config.json": own}, model_type="llm").facts
        root = {"model_type": "gemma3_text", "hidden_size": 2560}
        assert "specs.context_length" not in found({"config.json": root}, model_type="llm").facts

    @pytest.mark.parametrize(
        ("scaling", "extended"),
        [
            ({"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}, 131072),
            ({"rope_type": "yarn", "factor": 4.0}, 131072),
            ({"rope_type": "yarn", "factor": 32, "original_max_position_embeddings": 1024}, None),
            ({"full_attention": {"rope_type": "yarn", "factor": 2.0}}, 65536),
            ({"rope_type": "linear", "factor": 4.0}, None),
            ({"rope_type": "yarn", "factor": "4"}, None),
            ({"rope_type": "yarn"}, None),
        ],
    )
    def test_yarn(self, scaling: dict[str, Any], extended: int | None) -> None:
        config = {"model_type": "qwen2", "max_position_embeddings": 32768}
        for key in ("rope_scaling", "rope_parameters"):
            description = found({"config.json": {**config, key: scaling}}, model_type="llm")
            paths = "specs.context_length", "specs.extended_context_length"
            assert values(description, *paths) == [32768, extended]

    def test_the_limit_of_a_tokenizer_is_no_context(self) -> None:
        files: dict[str, Any] = {
            "config.json": {"model_type": "llama"},
            "tokenizer_config.json": {"model_max_length": 4096},
        }
        assert values(found(files, model_type="llm"), "specs.context_length") == [None]
        guess = found(files, model_type="dense").facts["specs.context_length"]
        assert (guess.value, guess.kind) == (4096, "inferred")


class TestModalities:
    @pytest.mark.parametrize(
        ("files", "task", "expected", "kind"),
        [
            ({"config.json": BERT}, None, ["text"], "stated"),
            ({"config.json": {"model_type": "vit"}}, None, ["image"], "stated"),
            ({"config.json": {"model_type": "whisper"}}, None, ["audio"], "stated"),
            ({"config.json": {"model_type": "vivit"}}, None, ["video"], "stated"),
            (
                {"config.json": {"model_type": "qwen2_vl"}},
                None,
                ["text", "image", "video"],
                "stated",
            ),
            ({"config.json": {"model_type": "own"}}, None, None, None),
            ({"config.json": {"model_type": "own"}}, "feature-extraction", None, None),
            ({"config.json": {"model_type": "own"}}, "text-ranking", ["text"], "inferred"),
            ({}, "image-text-to-text", ["text", "image"], "inferred"),
            (
                {"config.json": {"model_type": "own", "img_processor": {}}},
                "image-text-to-text",
                ["text", "image"],
                "stated",
            ),
            (
                {"config.json": {"model_type": "own", "a": {"b": {"audio_config": {}}}}},
                "text-generation",
                ["text", "audio"],
                "stated",
            ),
            (
                {"config.json": {"model_type": "llama", "mm_vision_tower": "openai/clip"}},
                None,
                ["text", "image"],
                "stated",
            ),
            (
                {
                    "config.json": {
                        "model_type": "own",
                        "vision_config": {"a": 1},
                    }
                },
                None,
                ["image"],
                "stated",
            ),
            (
                {
                    "config.json": {
                        "model_type": "own",
                        "text_config": {},
                        "vision_config": {},
                    }
                },
                None,
                ["text", "image"],
                "stated",
            ),
            (
                {
                    "config.json": {"model_type": "own"},
                    "preprocessor_config.json": {"image_processor_type": "OwnImageProcessor"},
                },
                None,
                ["image"],
                "stated",
            ),
            (
                {
                    "config.json": {"model_type": "own"},
                    "preprocessor_config.json": {"feature_extractor_type": "OwnFeatureExtractor"},
                },
                None,
                ["audio"],
                "stated",
            ),
        ],
    )
    def test_each_by_its_own_evidence(
        self, files: dict[str, Any], task: str | None, expected: Any, kind: str | None
    ) -> None:
        description = found(files, model_type="dense", pipeline_tag=task)
        fact = description.facts.get("capabilities.modalities")
        assert (fact and fact.value, fact and fact.kind) == (expected, kind)
        if fact is None:
            assert "capabilities.modalities" in description.unknown

    @pytest.mark.parametrize(
        ("part", "reads"),
        [
            ({"embd_layer": {"image_embd_layer": {"a": 1}}}, ["text", "image"]),
            ({"embd_layer": {"audio_embd_layer": {}}}, ["text", "audio"]),
            ({"visual_tokenizer_config": {"a": 1}}, ["text", "image"]),
            ({"model_cfg": {"vision_cfg": {"a": 1}}}, ["text", "image"]),
            ({"image_token_index": 0}, ["text", "image"]),
            ({"video_token_id": 0}, ["text", "video"]),
            ({"vision_config": None}, None),
            ({"vision_config": False, "image_token_id": False}, None),
            ({"audio_config": [], "vision_tower": "", "num_mel_bins": 0}, None),
        ],
    )
    def test_parts_that_are_there(self, part: dict[str, Any], reads: list[str] | None) -> None:
        description = found({"config.json": {"model_type": "own", **part}}, model_type="llm")
        assert values(description, "capabilities.modalities") == [reads]

    def test_a_language_model_reads_text_too(self) -> None:
        config = {"model_type": "own", "vision_config": {}, "audio_processor": {}}
        description = found({"config.json": config}, model_type="llm")
        assert values(description, "capabilities.modalities") == [["text", "image", "audio"]]


def test_timeseries() -> None:
    config = {
        "model_type": "t5",
        "d_model": 256,
        "chronos_config": {
            "context_length": 2048,
            "input_patch_size": 16,
            "prediction_length": 64,
            "quantiles": [0.1, 0.5, 0.9],
        },
    }
    paths = (
        "specs.context_length",
        "specs.patch_size",
        "specs.prediction_length",
        "specs.quantiles",
        "capabilities.modalities",
    )
    expected = [2048, 16, 64, [0.1, 0.5, 0.9], ["timeseries"]]
    assert values(found({"config.json": config}), *paths) == expected


class TestWeights:
    def test_buffers_do_not_count(self) -> None:
        tensors = {
            "model.safetensors": {
                "embeddings.weight": ("F32", (100, 8)),
                "embeddings.position_ids": ("I64", (1, 512)),
                "rotary_emb.inv_freq": ("F32", (4,)),
            }
        }
        assert found({}, tensors).facts["specs.parameter_count"] == computed(
            800, "model.safetensors: tensors"
        )

    @pytest.mark.parametrize("dtype", ["F32", "F16", "U8", "BOOL"])
    @pytest.mark.parametrize(
        ("name", "shape"),
        [
            ("h.0.attn.bias", (1, 1, 64, 64)),
            ("h.0.crossattention.bias", (1, 1, 64, 64)),
            ("h.0.attn.attention.bias", (1, 1, 64, 64)),
            ("gpt_neox.layers.0.attention.bias", (1, 1, 64, 64)),
            ("h.0.attn.causal_mask", (1, 1, 64, 64)),
            ("h.0.attn.masked_bias", ()),
            ("model.encoder.embed_positions.weights", (66, 8)),
            ("attention.self.relative_position_index", (49, 49)),
            ("attention.self.relative_coords_table", (1, 13, 13, 2)),
            ("rotary_emb.cos_cached", (1, 1, 64, 4)),
        ],
    )
    def test_masks_and_tables_of_older_files_do_not_count(
        self, name: str, shape: tuple[int, ...], dtype: str
    ) -> None:
        tensors = {"model.safetensors": {"wte.weight": ("F32", (100, 8)), name: (dtype, shape)}}
        assert values(found({}, tensors), "specs.parameter_count") == [800]

    @pytest.mark.parametrize(("dtype", "mib"), [("F32", 4), ("F16", 2), ("U8", 1), ("BOOL", 1)])
    def test_the_size_is_that_of_the_weights(self, dtype: str, mib: int) -> None:
        tensors = {
            "model.safetensors": {
                "wte.weight": ("F32", (2**18,)),
                "h.0.attn.bias": (dtype, (1, 1, 1024, 1024)),
            }
        }
        source = MemoryRepository({}, tensors)
        assert source.files["model.safetensors"].size == (1 + mib) << 20
        assert describe(source).facts["specs.memory_mb"] == computed(
            1, "list of files: sizes of model.safetensors, less its buffers"
        )

    @pytest.mark.parametrize(
        ("name", "shape"),
        [
            ("attention.bias", (64,)),
            ("attn.bias", (1, 12, 64, 64)),
            ("attention.relative_attention_bias.weight", (1, 1, 64, 64)),
        ],
    )
    def test_other_biases_are_weights(self, name: str, shape: tuple[int, ...]) -> None:
        tensors = {"model.safetensors": {name: ("F32", shape)}}
        assert values(found({}, tensors), "specs.parameter_count") == [prod(shape)]

    def test_packed_weights_cannot_be_counted(self) -> None:
        tensors = {"model.safetensors": {"q_proj.qweight": ("I32", (100, 8))}}
        description = found({}, tensors)
        assert description.unknown["specs.parameter_count"] == "the weights are packed as I32"

    def test_of_what_the_hub_counted_nothing_tells_masks_from_packed_weights(self) -> None:
        shards = {f"model-{i:05}-of-00009.safetensors": 1 << 30 for i in range(1, 10)}
        description = found(shards, parameters={"F16": 20_000_000, "U8": 184_549})
        assert description.unknown["specs.parameter_count"] == (
            "the Hub counts U8 as well: packed weights, or masks"
        )

    def test_of_many_shards_the_hub_has_counted(self) -> None:
        shards = {f"model-{i:05}-of-00009.safetensors": 1 << 30 for i in range(1, 10)}
        source = MemoryRepository(shards, parameters={"BF16": 4_000, "I64": 7})
        facts = describe(source).facts
        assert len(shards) > MOST_HEADERS
        assert facts["specs.parameter_count"] == computed(4_000, "the Hub: safetensors")
        assert facts["specs.memory_mb"].value == 9 * 1024
        assert not [path for path in source.asked if path.endswith(".safetensors")]

    def test_heads_count_and_lie_behind_the_network(self) -> None:
        tensors = {
            "1_Dense/model.safetensors": {"linear.weight": ("F32", (128, 384))},
            "model.safetensors": {"embeddings.weight": ("F32", (100, 384))},
            "other/model.safetensors": {"another.weight": ("F32", (100, 384))},
        }
        description = found({"modules.json": pipeline("Transformer", "Dense")}, tensors)
        paths = "files.weights.safetensors", "specs.parameter_count"
        expected = [["model.safetensors", "1_Dense/model.safetensors"], 128 * 384 + 100 * 384]
        assert values(description, *paths) == expected

    def test_formats(self) -> None:
        files = {
            "pytorch_model.bin": 3 << 20,
            "training_args.bin": 5,
            "onnx/model.onnx": 5,
            "openvino/openvino_model.bin": 5,
            "tokenizer.json": {},
        }
        paths = (
            "files.weights.pytorch",
            "files.weights.onnx",
            "files.weights.openvino",
            "files.tokenizer",
            "specs.memory_mb",
        )
        assert values(found(files), *paths) == [
            "pytorch_model.bin",
            "onnx/model.onnx",
            "openvino/openvino_model.bin",
            "tokenizer.json",
            3.0,
        ]

    def test_quantised_files_are_variants(self) -> None:
        files = {
            "tiny-Q4_K_M.gguf": 400,
            "tiny-f16.gguf": 900,
            "tiny-UD-Q4_K_XL.gguf": 450,
            "tiny-MXFP4.gguf": 410,
            "tiny-TQ1_0.gguf": 150,
            "BF16/tiny-BF16-00001-of-00002.gguf": 700,
            "BF16/tiny-BF16-00002-of-00002.gguf": 200,
            "mmproj-F16.gguf": 70,
            "mmproj-model-f16.gguf": 70,
            "imatrix.gguf": 7,
            "tiny.imatrix-Q8_0.gguf": 7,
            "tiny.gguf": 1,
        }
        description = found(files)
        (variants,) = values(description, "variants")
        assert {each["id"]: (each["file"], each.get("bytes")) for each in variants} == {
            "q4_k_m": ("tiny-Q4_K_M.gguf", 400),
            "f16": ("tiny-f16.gguf", 900),
            "ud-q4_k_xl": ("tiny-UD-Q4_K_XL.gguf", 450),
            "mxfp4": ("tiny-MXFP4.gguf", 410),
            "tq1_0": ("tiny-TQ1_0.gguf", 150),
            "bf16": ("BF16/tiny-BF16-00001-of-00002.gguf", None),
        }
        assert {each["quantization"] for each in variants} == {
            "Q4_K_M", "f16", "UD-Q4_K_XL", "MXFP4", "TQ1_0", "BF16",
        }  # fmt: skip
        assert description.unknown["variants"] == "the name of tiny.gguf gives no number format"

    def test_a_variant_in_parts_is_not_reported_as_left_out(self) -> None:
        parts = {f"tiny-Q8_0-0000{part}-of-00002.gguf": 400 for part in (1, 2)}
        description = found(parts)
        (variants,) = values(description, "variants")
        assert [each["file"] for each in variants] == ["tiny-Q8_0-00001-of-00002.gguf"]
        assert "variants" not in description.unknown

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            (
                ("qwen-0.5b-q4_0.gguf", "qwen-7b-q4_0.gguf", "qwen-7b-q8_0.gguf"),
                "the files seem to be of several models: qwen-0.5b, qwen-7b",
            ),
            (
                ("a-Q4_0.gguf", "b-Q8_0-00001-of-00002.gguf", "b-Q8_0-00002-of-00002.gguf"),
                "the files seem to be of several models: a, b",
            ),
            (
                ("a-Q4_0.gguf", "b-Q8_0.gguf", "c-Q8_0.gguf", "d-f16.gguf", "tokens.gguf"),
                "the files seem to be of several models: a, b and 2 more; "
                "the name of tokens.gguf gives no number format",
            ),
            (
                ("7b/tiny-Q4_0.gguf", "0.5b/tiny-Q4_0.gguf"),
                "0.5b/tiny-Q4_0.gguf and 7b/tiny-Q4_0.gguf are both Q4_0",
            ),
        ],
    )
    def test_several_models_are_not_mixed(self, files: tuple[str, ...], said: str) -> None:
        description = found(dict.fromkeys(files, 400), gguf_parameters=494_032_768)
        assert values(description, "variants", "files.weights.gguf") == [None, None]
        assert description.unknown["variants"] == said
        # It is not known which of them the Hub counted.
        assert description.facts["specs.parameter_count"] == inferred(494_032_768, "the Hub: gguf")

    def test_one_model_is_spelled_in_several_ways(self) -> None:
        files = ("Tiny.1-Q8_0.gguf", "tiny-1.Q4_0.gguf", "f16/tiny_1-F16.gguf")
        description = found(dict.fromkeys(files, 400), gguf_parameters=494_032_768)
        (variants,) = values(description, "variants")
        assert sorted(each["id"] for each in variants) == ["f16", "q4_0", "q8_0"]
        assert description.facts["specs.parameter_count"].kind == "stated"

    def test_a_whole_file_rather_than_its_parts(self) -> None:
        files = ("tiny-Q8_0-00001-of-00002.gguf", "tiny-Q8_0-00002-of-00002.gguf")
        description = found(dict.fromkeys((*files, "tiny-Q8_0.gguf"), 400))
        (variants,) = values(description, "variants")
        assert [each["file"] for each in variants] == ["tiny-Q8_0.gguf"]

    @pytest.mark.parametrize(
        "beside",
        [
            "tiny-lora-f16.gguf", "adapter-f16.gguf", "tiny-projector-f16.gguf",
            "tiny-vision-f16.gguf", "clip-vit-f16.gguf", "tiny-draft-Q4_0.gguf",
            "draft/tiny-Q4_0.gguf", "tiny.mtp.Q8_0.gguf", "eagle3-f16.gguf",
            "WavTokenizer-Large-75-F16.gguf", "tiny-audio-encoder-f16.gguf",
            "tiny_text_encoder-Q8_0.gguf", "tiny-vae-f16.gguf", "calibration-f32.gguf",
        ],
    )  # fmt: skip
    def test_what_goes_with_a_model_is_not_the_model(self, beside: str) -> None:
        description = found({"tiny-Q4_0.gguf": 400, beside: 70})
        assert values(description, "variants", "files.weights.gguf") == [None, "tiny-Q4_0.gguf"]
        said = f"{beside} seems to go with the model, not to be it"
        assert description.unknown["variants"] == said
        description = found({"tiny-Q4_0.gguf": 400, "tiny-Q8_0.gguf": 800, beside: 70})
        (variants,) = values(description, "variants")
        assert [each["file"] for each in variants] == ["tiny-Q4_0.gguf", "tiny-Q8_0.gguf"]
        assert description.unknown["variants"] == said

    @pytest.mark.parametrize("word", ["vision", "clip", "encoder", "eagle", "draft"])
    def test_a_model_may_have_such_a_name(self, word: str) -> None:
        files = (f"tiny-{word}-Q4_0.gguf", f"tiny-{word}-Q8_0.gguf", f"tiny-{word}-lora-f16.gguf")
        description = found(dict.fromkeys(files, 400))
        (variants,) = values(description, "variants")
        assert [each["file"] for each in variants] == list(files[:2])
        description = found({files[0]: 400})
        assert values(description, "files.weights.gguf") == [files[0]]
        assert "variants" not in description.unknown

    @pytest.mark.parametrize("name", ["visionary", "clipper", "encoders-2", "multilora"])
    def test_only_whole_words_count(self, name: str) -> None:
        description = found({"a-Q4_0.gguf": 400, f"{name}-Q8_0.gguf": 400})
        assert description.unknown["variants"].endswith(f"several models: a, {name}")

    def test_a_repository_with_nothing_but_such_files(self) -> None:
        files = {"tiny-vision-f16.gguf": 70, "tiny-draft-Q8_0.gguf": 70}
        description = found(files, gguf_parameters=494_032_768)
        assert values(description, "variants", "files.weights.gguf") == [None, None]
        assert description.facts["specs.parameter_count"].kind == "inferred"

    @pytest.mark.parametrize("words", ["control_vector", "control-vector", "controlvector"])
    def test_what_steers_a_model_is_not_the_model(self, words: str) -> None:
        description = found({"tiny-Q4_0.gguf": 400, f"tiny-{words}-f16.gguf": 7})
        assert values(description, "files.weights.gguf") == ["tiny-Q4_0.gguf"]

    def test_one_file_beside_a_projector_is_the_model(self) -> None:
        description = found({"tiny-Q4_0.gguf": 400, "mmproj-F16.gguf": 70})
        assert values(description, "variants", "files.weights.gguf") == [None, "tiny-Q4_0.gguf"]

    def test_scales_of_eight_bits_are_no_weights(self) -> None:
        tensors = {
            "model.safetensors": {
                "mlp.weight": ("F8_E4M3", (128, 128)),
                "mlp.weight_scale_inv": ("F32", (1, 1)),
                "attn.q_proj.weight": ("F8_E4M3", (128, 128)),
                "attn.q_proj.weight_scale": ("F32", (128, 1)),
                "attn.q_proj.input_scale": ("F32", (1,)),
                "norm.weight": ("BF16", (128,)),
            }
        }
        assert values(found({}, tensors), "specs.parameter_count") == [2 * 128 * 128 + 128]
        shards = {f"model-{i:05}-of-00009.safetensors": 1 << 30 for i in range(1, 10)}
        counted = {"F8_E4M3": 8_000_000_000, "BF16": 500_000_000, "F32": 4_000_000}
        description = found(shards, parameters=counted)
        paths = "specs.parameter_count", "specs.parameters"
        assert values(description, *paths) == [None, "8.5B"]

    def test_the_folders_that_modules_json_names(self) -> None:
        tensors = {
            "model.safetensors": {"embeddings.weight": ("F32", (100, 384))},
            "2_Dense/model.safetensors": {"linear.weight": ("F32", (256, 384))},
            "2_Dense_1024/model.safetensors": {"linear.weight": ("F32", (1024, 384))},
        }
        modules = pipeline("Transformer", "Pooling", "Dense")
        description = found({"modules.json": modules}, tensors)
        paths = "files.weights.safetensors", "specs.parameter_count", "specs.embedding_dim"
        expected = [["model.safetensors", "2_Dense/model.safetensors"], 100 * 384 + 256 * 384, 256]
        assert values(description, *paths) == expected

    def test_a_copy_in_the_root_is_not_the_network_of_a_folder(self) -> None:
        modules = pipeline("Transformer", "Pooling")
        modules[0]["path"] = "0_Transformer"
        tensors = {
            "model.safetensors": {"embeddings.weight": ("F32", (100, 384))},
            "0_Transformer/model.safetensors": {"embeddings.weight": ("F32", (50, 384))},
        }
        files = {
            "modules.json": modules,
            "config.json": BERT,
            "pytorch_model.bin": 7,
            "tokenizer.json": {},
            "0_Transformer/config.json": {**BERT, "num_hidden_layers": 3},
            "0_Transformer/tokenizer.json": {},
        }
        description = found(files, tensors)
        paths = "files.weights.safetensors", "files.weights.pytorch", "specs.parameter_count"
        expected = ["0_Transformer/model.safetensors", None, 50 * 384]
        assert values(description, *paths) == expected
        paths = "files.config", "files.tokenizer", "specs.num_layers"
        expected = ["0_Transformer/config.json", "0_Transformer/tokenizer.json", 3]
        assert values(description, *paths) == expected
        # Without weights in its folder, those in the root are all there are.
        description = found(files, {"model.safetensors": tensors["model.safetensors"]})
        assert values(description, "specs.parameter_count") == [100 * 384]

    def test_a_folder_without_a_configuration_is_the_network_too(self) -> None:
        modules = pipeline("StaticEmbedding")
        modules[0]["path"] = "0_StaticEmbedding"
        tensors = {
            "model.safetensors": {"embeddings.weight": ("F32", (100, 384))},
            "0_StaticEmbedding/model.safetensors": {"embedding.weight": ("F32", (9, 256))},
        }
        description = found({"modules.json": modules, "config.json": BERT}, tensors)
        paths = "specs.parameter_count", "specs.num_layers", "specs.embedding_dim"
        assert values(description, *paths) == [9 * 256, None, 256]

    def test_a_damaged_header_is_told(self) -> None:
        description = found({"model.safetensors": 7})
        assert description.unknown["specs.parameter_count"] == "model.safetensors is damaged"

    def test_an_adapter_is_not_the_model(self) -> None:
        description = found({"adapter_model.safetensors": 7})
        assert description.unknown["specs.parameter_count"] == (
            "the weights are an adapter of another model"
        )


class TestCard:
    def test_license_languages_and_base_model(self) -> None:
        card = {
            "license": "apache-2.0",
            "language": ["en", "en", False, "multilingual", "zh-CN", 7],
            "base_model": ["google-bert/bert-base-uncased"],
        }
        paths = "license", "capabilities.languages", "architecture.base_model"
        expected = ["Apache-2.0", ["en", "no", "zh-CN"], "google-bert/bert-base-uncased"]
        assert values(found({}, card=card), *paths) == expected

    @pytest.mark.parametrize("base", ["acme/tiny", ["a/b", "c/d"], "../x", None, {"a": 1}])
    def test_no_base_model(self, base: object) -> None:
        assert values(found({}, card={"base_model": base}), "architecture.base_model") == [None]

    @pytest.mark.parametrize(
        ("given", "present"),
        [
            ("bert-base-uncased", "google-bert/bert-base-uncased"),
            ("xlm-roberta-large", "FacebookAI/xlm-roberta-large"),
            ("distilroberta-base", "distilbert/distilroberta-base"),
            ("gpt2", "openai-community/gpt2"),
            ("https://huggingface.co/acme/base", "acme/base"),
        ],
    )
    def test_names_from_before_organisations(self, given: str, present: str) -> None:
        assert values(found({}, card={"base_model": given}), "architecture.base_model") == [present]

    @pytest.mark.parametrize(
        ("card", "path", "said"),
        [
            ({"license": ["mit", "apache-2.0"]}, "license", "mit and apache-2.0"),
            ({"license": "cc"}, "license", "a family"),
            ({"license": "other", "license_name": "own"}, "license", "license_name own"),
            ({"license": "other", "license_link": "GONE"}, "license", "license_link GONE"),
            ({"base_model": ["a/b", "c/d"]}, "architecture.base_model", "a/b and c/d"),
            ({"base_model": "somewhere"}, "architecture.base_model", "somewhere"),
            ({"language": "multilingual"}, "capabilities.languages", "multilingual"),
            ({"language": "mul"}, "capabilities.languages", "names no languages"),
            ({"language": ["en", "English"]}, "capabilities.languages", "English"),
        ],
    )
    def test_what_cannot_be_used_is_said(self, card: dict[str, Any], path: str, said: str) -> None:
        assert said in found({}, card=card).unknown[path]

    def test_a_similarity_that_the_catalogue_has_no_word_for(self) -> None:
        files = {
            "modules.json": DENSE,
            "config_sentence_transformers.json": {"similarity_fn_name": "manhattan"},
        }
        assert "manhattan" in found(files).unknown["similarity"]

    def test_the_first_day_of_the_hub_is_no_date(self) -> None:
        assert values(found({}, created="2024-05-01"), "release_date") == ["2024-05-01"]
        old = found({}, created="2022-03-02")
        assert old.unknown["release_date"] == "the Hub gives 2022-03-02 for everything older"

    @pytest.mark.parametrize(
        ("given", "name", "link", "expected"),
        [
            ("mit", None, None, "MIT"),
            ("cc-by-nc-sa-4.0", None, None, "CC-BY-NC-SA-4.0"),
            ("llama3.1", None, None, "Llama-3.1"),
            ("other", "Gemma", None, "Gemma"),
            ("other", "own", "https://acme.example/terms", "https://acme.example/terms"),
            ("other", "own", "./LICENSE.md", "https://huggingface.co/a/b/blob/main/LICENSE.md"),
            ("other", "own", "LICENSE/a.txt", "https://huggingface.co/a/b/blob/main/LICENSE/a.txt"),
            ("other", "own", "LICENSE", "https://huggingface.co/a/b/tree/main/LICENSE"),
            ("Apache 2.0", None, None, "Apache-2.0"),
            ("MIT License", None, None, "MIT"),
            ("other", "own", "javascript:alert(1)", None),
            ("other", "own", "https://[", None),
            ("cc", None, None, None),
            ("gpl", None, None, None),
            (["mit", "apache-2.0"], None, None, None),
            ({"a": 1}, 7, None, None),
            (None, None, None, None),
        ],
    )
    def test_licenses(self, given: object, name: object, link: object, expected: str) -> None:
        files = ("LICENSE.md", "LICENSE/a.txt")
        assert catalogue_license(given, name, link, "a/b", files) == expected

    @pytest.mark.parametrize(
        ("link", "expected"),
        [
            ("docs/", "tree/main/docs"),
            ("/LICENSE", "blob/main/LICENSE"),
            ("./docs/../LICENSE", "blob/main/LICENSE"),
            ("LICENSE#terms", "blob/main/LICENSE"),
            ("LICENSE?download=true", "blob/main/LICENSE"),
            ("blob/main/LICENSE", "blob/main/LICENSE"),
            ("resolve/0123abc/docs/_TERMS", "blob/main/docs/_TERMS"),
            ("tree/main/docs", "tree/main/docs"),
            (".LICENSE", "blob/main/.LICENSE"),
            ("LICENSE AGREEMENT.pdf", "blob/main/LICENSE%20AGREEMENT.pdf"),
            ("LICENSE%20AGREEMENT.pdf", "blob/main/LICENSE%20AGREEMENT.pdf"),
            ("TERMS#2", "blob/main/TERMS%232"),
            ("GONE", None),
            ("", None),
            (".", None),
            ("..", None),
            ("../LICENSE", None),
            ("//acme.example/LICENSE", None),
        ],
    )
    def test_links_into_the_repository(self, link: str, expected: str | None) -> None:
        files = ("LICENSE", ".LICENSE", "LICENSE AGREEMENT.pdf", "docs/_TERMS", "TERMS#2")
        address = None if expected is None else f"https://huggingface.co/a/b/{expected}"
        assert catalogue_license("other", "own", link, "a/b", files) == address

    @pytest.mark.parametrize("given", sorted(HUB_LICENSES.split()))
    def test_all_identifiers_of_the_hub(self, given: str) -> None:
        name = catalogue_license(given, None, None, "a/b")
        assert name is not None
        assert list(terms.license_term(EntryView(0, {"license": name}))) == []

    @pytest.mark.parametrize("name", sorted(set(NAMED.values())))
    def test_the_catalogue_takes_their_names(self, name: str) -> None:
        assert list(terms.license_term(EntryView(0, {"license": name}))) == []


class TestResults:
    @staticmethod
    def index(*results: tuple[str, str, str, object]) -> dict[str, Any]:
        listed = [
            {
                "dataset": {"name": name, "split": split, "type": "x"},
                "metrics": [{"type": metric, "value": value}],
            }
            for name, split, metric, value in results
        ]
        return {"model-index": [{"name": "tiny", "results": listed}]}

    def test_a_mean_that_the_card_states(self) -> None:
        card = self.index(
            ("MTEB(eng, v2)", "test", "mean_task", 0.651),
            ("BEIR (13 datasets)", "test", "ndcg_at_10", 51.7),
            ("MTEB MSMARCO", "dev", "mrr_at_10", 37.94),
        )
        paths = "performance.mteb_avg", "performance.beir13_avg", "performance.ms_marco_mrr10"
        assert values(found({}, card=card), *paths) == [65.1, 0.517, 0.3794]

    def test_single_sets_are_no_mean(self) -> None:
        card = self.index(
            ("MTEB NFCorpus", "test", "ndcg_at_10", 35.0),
            ("MTEB SciFact", "test", "ndcg_at_10", 70.0),
            ("MTEB MSMARCO", "test", "mrr_at_10", 70.0),
        )
        description = found({}, card=card)
        assert [path for path in description.facts if path.startswith("performance")] == []

    @pytest.mark.parametrize("value", [True, "65.1", None, float("nan"), float("inf"), 10**400])
    def test_what_is_no_figure(self, value: object) -> None:
        card = self.index(("MTEB(eng, v2)", "test", "mean_task", value))
        assert "performance.mteb_avg" not in found({}, card=card).facts

    def test_contradictory_figures_are_none(self) -> None:
        one, other = (("MTEB(eng, v2)", "test", "mean_task", value) for value in (65.1, 60.0))
        description = found({}, card=self.index(one, other))
        assert description.unknown["performance.mteb_avg"] == (
            "README.md: model-index gives several values"
        )


def test_every_file_is_read_once() -> None:
    source = MemoryRepository(
        {"config.json": BERT, "modules.json": DENSE, "1_Pooling/config.json": MEAN}, WEIGHTS
    )
    describe(source)
    assert len(source.asked) == len(set(source.asked))
    assert {path for path in source.asked if path in source.files} == set(source.files)

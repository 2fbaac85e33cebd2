"""Correct entries of models that generate, forecast and transcribe; see right_entries.py."""

from __future__ import annotations

from right_entries import GENERATES, OWN_CODE, Right, config, llm

LLAMA = "license: llama3.1\npipeline_tag: text-generation\nlanguage: en"

LLMS = [
    Right(
        "EleutherAI/gpt-j-6b",
        "llm",
        "Apache-2.0",
        GENERATES,
        6_050_882_784,
        {
            "specs": {
                "parameters": "6.05B",
                "context_length": 2048,
                "hidden_dim": 4096,
                "num_layers": 28,
                "num_attention_heads": 16,
                "head_dim": 256,
            }
        },
        {
            "config.json": config(
                "GPTJForCausalLM",
                "gptj",
                n_embd=4096,
                n_head=16,
                n_layer=28,
                n_positions=2048,
                rotary_dim=64,
                vocab_size=50400,
            ),
            "tokenizer_config.json": {"model_max_length": 1024},
        },
    ),
    Right(
        "openai-community/gpt2",
        "llm",
        "MIT",
        "license: mit\npipeline_tag: text-generation\nlanguage: en",
        124_439_808,
        {
            "specs": {
                "parameters": "124M",
                "context_length": 1024,
                "hidden_dim": 768,
                "num_layers": 12,
                "num_attention_heads": 12,
            },
            "dependencies": {"trust_remote_code": False},
        },
        {
            "config.json": config(
                "GPT2LMHeadModel",
                "gpt2",
                n_embd=768,
                n_head=12,
                n_layer=12,
                n_positions=1024,
                n_ctx=1024,
                vocab_size=50257,
            ),
            "tokenizer_config.json": {"model_max_length": 512},
        },
    ),
    Right(
        "Qwen/Qwen2.5-7B-Instruct-1M",
        "llm",
        "Apache-2.0",
        GENERATES,
        7_615_616_512,
        {
            "specs": {
                "parameters": "7.62B",
                "context_length": 32768,
                "extended_context_length": 131072,
                "num_key_value_heads": 4,
                "head_dim": 128,
            },
            "capabilities": {"instruction_tuned": True},
        },
        {
            "config.json": llm(
                "Qwen2ForCausalLM",
                "qwen2",
                (3584, 28, 28, 152064),
                max_position_embeddings=32768,
                num_key_value_heads=4,
                rope_scaling={
                    "type": "yarn",
                    "factor": 4.0,
                    "original_max_position_embeddings": 32768,
                },
            ),
            "tokenizer_config.json": {"model_max_length": 131072},
        },
        dtype="BF16",
    ),
    Right(
        "meta-llama/Llama-3.1-8B-Instruct",
        "llm",
        "Llama-3.1",
        LLAMA,
        8_030_261_248,
        {
            "specs": {
                "parameters": "8.03B",
                "context_length": 131072,
                "num_key_value_heads": 8,
                "intermediate_size": 14336,
            },
            "dependencies": {"gated": True},
        },
        {
            "config.json": llm(
                "LlamaForCausalLM",
                "llama",
                (4096, 32, 32, 128256),
                max_position_embeddings=131072,
                num_key_value_heads=8,
                intermediate_size=14336,
                rope_scaling={
                    "rope_type": "llama3",
                    "factor": 8.0,
                    "original_max_position_embeddings": 8192,
                },
            )
        },
        dtype="BF16",
        extra={"gated": "manual"},
    ),
    Right(
        "google/gemma-3-4b-it",
        "llm",
        "Gemma",
        "license: gemma\npipeline_tag: image-text-to-text",
        4_300_079_472,
        {
            "architecture": {"type": "gemma3"},
            "specs": {
                "parameters": "4.3B",
                "context_length": 131072,
                "hidden_dim": 2560,
                "num_layers": 34,
                "num_attention_heads": 8,
                "num_key_value_heads": 4,
                "head_dim": 256,
                "vocab_size": 262208,
                "sliding_window": 1024,
            },
            "capabilities": {"modalities": ["text", "image"]},
        },
        {
            "config.json": config(
                "Gemma3ForConditionalGeneration",
                "gemma3",
                text_config={
                    "model_type": "gemma3_text",
                    "hidden_size": 2560,
                    "num_hidden_layers": 34,
                    "sliding_window": 1024,
                    "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
                },
                vision_config={"hidden_size": 1152, "image_size": 896, "patch_size": 14},
            )
        },
        dtype="BF16",
    ),
    Right(
        "deepseek-ai/DeepSeek-V2-Lite-Chat",
        "llm",
        "https://huggingface.co/deepseek-ai/DeepSeek-V2-Lite-Chat/blob/main/LICENSE",
        "license: other\nlicense_name: own\nlicense_link: LICENSE\npipeline_tag: text-generation",
        15_706_484_224,
        {
            "specs": {
                "parameters": "15.7B",
                "active_parameters": "2.4B",
                "context_length": 163840,
                "num_experts": 64,
                "num_experts_per_token": 6,
            },
            "dependencies": {"trust_remote_code": True},
        },
        {
            "LICENSE": "x",
            "config.json": llm(
                "DeepseekV2ForCausalLM",
                "deepseek_v2",
                (2048, 27, 16, 102400),
                auto_map=OWN_CODE,
                kv_lora_rank=512,
                qk_nope_head_dim=128,
                qk_rope_head_dim=64,
                n_routed_experts=64,
                num_experts_per_tok=6,
                max_position_embeddings=163840,
                rope_scaling={
                    "type": "yarn",
                    "factor": 40,
                    "original_max_position_embeddings": 4096,
                },
            ),
        },
        dtype="BF16",
    ),
    Right(
        "tiiuae/falcon-7b",
        "llm",
        "Apache-2.0",
        GENERATES,
        7_217_189_760,
        {
            "specs": {
                "parameters": "7.22B",
                "context_length": 2048,
                "num_attention_heads": 71,
                "num_key_value_heads": 1,
                "head_dim": 64,
            }
        },
        {
            "config.json": llm(
                "FalconForCausalLM",
                "falcon",
                (4544, 32, 71, 65024),
                max_position_embeddings=2048,
                multi_query=True,
                new_decoder_architecture=False,
                num_kv_heads=71,
            )
        },
        dtype="BF16",
    ),
    Right(
        "bigcode/starcoderbase-1b",
        "llm",
        "BigCode-OpenRAIL-M-v1",
        "license: bigcode-openrail-m\npipeline_tag: text-generation",
        1_137_207_296,
        {
            "specs": {
                "parameters": "1.14B",
                "context_length": 8192,
                "hidden_dim": 2048,
                "num_key_value_heads": 1,
                "intermediate_size": 8192,
            }
        },
        {
            "config.json": config(
                "GPTBigCodeForCausalLM",
                "gpt_bigcode",
                n_embd=2048,
                n_head=16,
                n_layer=24,
                n_inner=8192,
                n_positions=8192,
                multi_query=True,
                vocab_size=49152,
            )
        },
    ),
    Right(
        "mosaicml/mpt-7b-storywriter",
        "llm",
        "Apache-2.0",
        GENERATES,
        6_649_286_656,
        {
            "specs": {"parameters": "6.65B", "context_length": 65536, "hidden_dim": 4096},
            "dependencies": {"trust_remote_code": True},
        },
        {
            "config.json": config(
                "MPTForCausalLM",
                "mpt",
                auto_map=OWN_CODE,
                d_model=4096,
                n_heads=32,
                n_layers=32,
                max_seq_len=65536,
                vocab_size=50432,
                attn_config={"alibi": True},
            ),
            "tokenizer_config.json": {"model_max_length": 2048},
        },
        dtype="BF16",
    ),
    Right(
        "google-t5/t5-11b",
        "llm",
        "Apache-2.0",
        "license: apache-2.0\npipeline_tag: translation",
        11_307_321_344,
        {
            "specs": {
                "parameters": "11.3B",
                "context_length": 512,
                "head_dim": 128,
                "intermediate_size": 65536,
                "num_attention_heads": 128,
            }
        },
        {
            "config.json": config(
                "T5ForConditionalGeneration",
                "t5",
                d_model=1024,
                d_kv=128,
                d_ff=65536,
                num_heads=128,
                num_layers=24,
                n_positions=512,
                vocab_size=32128,
            )
        },
    ),
    Right(
        "microsoft/Phi-3-vision-128k-instruct",
        "llm",
        "MIT",
        "license: mit\npipeline_tag: image-text-to-text",
        4_146_621_440,
        {
            "specs": {"parameters": "4.15B", "context_length": 131072},
            "capabilities": {"modalities": ["text", "image"]},
            "dependencies": {"trust_remote_code": True},
        },
        {
            "config.json": llm(
                "Phi3VForCausalLM",
                "phi3_v",
                (3072, 32, 32, 32064),
                auto_map=OWN_CODE,
                img_processor={"name": "clip_vision_model"},
                max_position_embeddings=131072,
                original_max_position_embeddings=4096,
            )
        },
        dtype="BF16",
    ),
    Right(
        "acme/tiny-gguf",
        "llm",
        "MIT",
        "license: mit\npipeline_tag: text-generation",
        0,
        {
            "specs": {"parameters": "1.24B", "context_length": 131072},
            "variants": [{"id": "q4_k_m", "quantization": "Q4_K_M", "file": "tiny-Q4_K_M.gguf"}],
        },
        {"tiny-Q4_K_M.gguf": "GGUF", "tiny-MXFP4.gguf": "GGUF", "mmproj-F16.gguf": "GGUF"},
        extra={"gguf": {"total": 1_235_814_432, "context_length": 131072}},
    ),
]
OTHERS = [
    Right(
        "amazon/chronos-bolt-base",
        "timeseries",
        "Apache-2.0",
        "license: apache-2.0\npipeline_tag: time-series-forecasting",
        205_292_928,
        {
            "architecture": {"type": "t5"},
            "specs": {
                "parameters": "205M",
                "context_length": 2048,
                "prediction_length": 64,
                "patch_size": 16,
                "quantiles": [0.1, 0.5, 0.9],
            },
            "capabilities": {"modalities": ["timeseries"]},
        },
        {
            "config.json": config(
                "ChronosBoltModelForForecasting",
                "t5",
                d_model=768,
                n_positions=512,
                chronos_config={
                    "context_length": 2048,
                    "input_patch_size": 16,
                    "prediction_length": 64,
                    "quantiles": [0.1, 0.5, 0.9],
                },
            )
        },
    ),
    Right(
        "ibm-granite/granite-timeseries-ttm-r2",
        "timeseries",
        "Apache-2.0",
        "license: apache-2.0\npipeline_tag: time-series-forecasting",
        805_280,
        {"specs": {"parameters": "805K", "context_length": 512, "prediction_length": 96}},
        {
            "config.json": config(
                "TinyTimeMixerForPrediction",
                "tinytimemixer",
                context_length=512,
                prediction_length=96,
            )
        },
    ),
    Right(
        "openai/whisper-small",
        "speech",
        "Apache-2.0",
        "license: apache-2.0\npipeline_tag: automatic-speech-recognition",
        241_734_912,
        {
            "architecture": {"type": "whisper"},
            "specs": {"parameters": "242M", "context_length": 448, "hidden_dim": 768},
            "capabilities": {"modalities": ["audio"]},
        },
        {
            "config.json": config(
                "WhisperForConditionalGeneration",
                "whisper",
                d_model=768,
                encoder_layers=12,
                encoder_attention_heads=12,
                max_source_positions=1500,
                max_target_positions=448,
                vocab_size=51865,
            ),
            "tokenizer_config.json": {"model_max_length": 1024},
        },
    ),
]

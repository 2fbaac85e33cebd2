"""Text generation in this process: a tiny Llama trained on the spot, and Gemma 3 270M."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import shutil
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import torch
from generator_suite import PROMPT, GeneratorSuite
from llm_fixtures import (
    ANSWER,
    CONTEXT,
    GEMMA_BASE,
    QUESTION,
    STORY,
    gemma_gguf,
    tiny_entry,
    tiny_llama,
)
from safetensors.torch import load_file, save_file

from registry.backends._streaming import answer, decoded, until
from registry.backends.transformers import TransformersGenerator
from registry.encoders.generator import Message, Sampling, TextGenerator
from registry.errors import (
    BackendError,
    CheckpointError,
    DeviceError,
    InputError,
    LoadError,
    UnsupportedError,
)
from registry.loading.load import load

__all__ = ["gemma_gguf", "tiny_llama"]  # fixtures that pytest finds by name

pytestmark = pytest.mark.filterwarnings(
    # torch itself uses deprecated parts of Python.
    "ignore::DeprecationWarning:torch.*"
)

BASE = tiny_entry(instruction_tuned=False)
CHAT = tiny_entry(instruction_tuned=True)
GREEDY = Sampling(temperature=0, max_tokens=200)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small would mostly wait for torch's threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def generator(tiny_llama: Path) -> TextGenerator:
    return load(BASE, local_path=tiny_llama, device="cpu")


@pytest.fixture(scope="module")
def chat(tiny_llama: Path) -> TextGenerator:
    return load(CHAT, local_path=tiny_llama, device="cpu")


@pytest.fixture
def copy(tiny_llama: Path, tmp_path: Path) -> Path:
    """A copy of the tiny checkpoint that a test may damage."""
    return Path(shutil.copytree(tiny_llama, tmp_path / "copy"))


@pytest.fixture(scope="module")
def endless(tiny_llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny checkpoint without an end token: its answers never end."""
    folder = shutil.copytree(tiny_llama, tmp_path_factory.mktemp("endless") / "copy")
    for name in ("config.json", "generation_config.json", "tokenizer_config.json"):
        settings = json.loads((folder / name).read_text())
        settings = {key: value for key, value in settings.items() if not key.startswith("eos_")}
        (folder / name).write_text(json.dumps(settings))
    return Path(folder)


@pytest.fixture(scope="module")
def endless_generator(endless: Path) -> TextGenerator:
    return load(BASE, local_path=endless, device="cpu")


def network_of(generator: TextGenerator) -> Any:
    assert isinstance(generator, TransformersGenerator)
    return generator._network


@pytest.fixture
def passes(generator: TextGenerator) -> Iterator[list[weakref.ref[object]]]:
    """A weak reference to the attention cache of each step of the network."""
    caches: list[weakref.ref[object]] = []

    def note(network: object, arguments: object, named: dict[str, Any], output: object) -> None:
        name = "cache" if "cache" in named else "past_key_values"  # until transformers 5.23
        caches.append(weakref.ref(named[name]))

    hook = network_of(generator).register_forward_hook(note, with_kwargs=True)
    yield caches
    hook.remove()


def first_token(network: Any, ids: torch.Tensor, temperature: float, seed: int) -> int:
    tokens = answer(
        network,
        {"input_ids": ids, "attention_mask": torch.ones_like(ids)},
        Sampling(temperature=temperature, seed=seed),
        max_new_tokens=1,
        ends=frozenset(),
        turns=threading.Lock(),
        stopped=threading.Event(),
    )
    return next(tokens)


class TestTransformers(GeneratorSuite):
    """What every generator promises."""

    @pytest.fixture
    def generator(self, endless_generator: TextGenerator) -> TextGenerator:
        return endless_generator

    @pytest.fixture
    def busy(self, passes: list[weakref.ref[object]]) -> Callable[[], bool]:
        """Whether an attention cache is alive; copies the list because steps may change it."""
        return lambda: any(cache() is not None for cache in list(passes))

    # Overrides the suite's test, which uses another model.
    def test_an_empty_prompt_is_one(self, tiny_llama: Path) -> None:  # type: ignore[override]
        ends = load(BASE, local_path=tiny_llama)  # the end token also starts a text
        assert isinstance(ends.generate("", Sampling(max_tokens=8)), str)

    def test_a_hundred_thousand_characters(
        self, generator: TextGenerator, long_prompt: str
    ) -> None:
        """More than the model can read: refused, not truncated."""
        with pytest.raises(InputError, match=rf"tiny-llama.*tokens.*{CONTEXT}"):
            generator.generate(long_prompt)
        assert generator.generate(PROMPT, GREEDY)


class TestWhatIsGenerated:
    def test_a_base_model_continues_a_text(self, generator: TextGenerator) -> None:
        assert "Once upon" + generator.generate("Once upon", GREEDY) == STORY

    def test_pieces_together_are_the_answer(self, generator: TextGenerator) -> None:
        pieces = list(generator.stream("Once", GREEDY))
        assert "Once" + "".join(pieces) == STORY
        assert len(pieces) > 50
        assert all(pieces)

    def test_no_piece_holds_half_a_character(self, generator: TextGenerator) -> None:
        pieces = list(generator.stream("Once", GREEDY))
        assert not any("\ufffd" in piece for piece in pieces)
        assert {"🦊", "日", "🎉"} <= set(pieces)

    def test_a_character_that_the_limit_cuts_is_left_out(self, generator: TextGenerator) -> None:
        whole = "Once" + generator.generate("Once", GREEDY)
        for limit in range(13, 19):  # the fox is four tokens from the 14th on
            text = generator.generate("Once", Sampling(temperature=0, max_tokens=limit))
            assert whole.startswith("Once" + text)

    def test_greedy_is_what_the_library_itself_gives(
        self, generator: TextGenerator, tiny_llama: Path
    ) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        tokenizer: Any = AutoTokenizer.from_pretrained(tiny_llama)
        bare: Any = AutoModelForCausalLM.from_pretrained(tiny_llama)
        for prompt in ("Once", "the end", "xyz 🦊", "Who"):
            inputs = tokenizer(prompt, return_tensors="pt")
            ids = bare.generate(**inputs, max_new_tokens=30, do_sample=False)
            expected = tokenizer.decode(ids[0], skip_special_tokens=True).rstrip("\ufffd")
            sampling = Sampling(temperature=0, max_tokens=30)
            assert prompt + generator.generate(prompt, sampling) == expected

    def test_an_instruction_tuned_model_answers_a_text(self, chat: TextGenerator) -> None:
        assert chat.generate(QUESTION, GREEDY) == ANSWER

    def test_messages_are_answered(self, chat: TextGenerator, generator: TextGenerator) -> None:
        messages: list[Message] = [{"role": "user", "content": QUESTION}]
        assert chat.generate(messages, GREEDY) == ANSWER
        assert generator.generate(messages, GREEDY) == ANSWER  # its checkpoint has a template

    def test_a_role_the_template_refuses(self, chat: TextGenerator) -> None:
        with pytest.raises(InputError, match=r"tiny-llama.*no such role"):
            chat.generate([{"role": "tool", "content": "x"}])

    def test_messages_without_a_template(self, copy: Path) -> None:
        (copy / "chat_template.jinja").unlink()
        base = load(BASE, local_path=copy)
        with pytest.raises(InputError, match=r"tiny-llama.*no chat template"):
            base.stream([{"role": "user", "content": "x"}])  # fails at once, not at the first piece
        with pytest.warns(UserWarning, match="no chat template"):
            tuned = load(CHAT, local_path=copy)
        assert "Once" + tuned.generate("Once", GREEDY) == STORY

    def test_an_empty_prompt_where_nothing_begins_a_text(self, endless: Path) -> None:
        with pytest.raises(InputError, match="nothing to continue"):
            load(BASE, local_path=endless).generate("")

    def test_half_a_surrogate_pair(self, generator: TextGenerator) -> None:
        with pytest.raises(InputError, match="surrogate"):
            generator.generate("\ud83e")


class TestSampling:
    def test_max_tokens(self, generator: TextGenerator, passes: list[object]) -> None:
        generator.generate("Once", Sampling(temperature=0, max_tokens=7))
        assert len(passes) == 7

    def test_a_seed_gives_the_same_text(self, generator: TextGenerator) -> None:
        texts = [
            generator.generate("Once", Sampling(temperature=2, max_tokens=20, seed=seed))
            for seed in (1, 2, 1)
        ]
        assert texts[0] == texts[2] != texts[1]

    def test_without_a_seed_texts_differ(self, generator: TextGenerator) -> None:
        torch.manual_seed(0)
        first = generator.generate("Once", Sampling(temperature=2, max_tokens=20))
        torch.manual_seed(0)
        assert generator.generate("Once", Sampling(temperature=2, max_tokens=20)) != first

    @pytest.mark.parametrize("seed", [None, 7])
    def test_the_global_random_state_is_left_alone(
        self, generator: TextGenerator, seed: int | None
    ) -> None:
        before = torch.get_rng_state()
        generator.generate("Once", Sampling(temperature=2, max_tokens=5, seed=seed))
        assert torch.equal(torch.get_rng_state(), before)

    def test_draws_follow_the_temperature(self, copy: Path) -> None:
        """The ten likeliest tokens are drawn as often as the network's logits say."""
        weights = load_file(copy / "model.safetensors")
        head, random = weights["lm_head.weight"], torch.Generator().manual_seed(0)
        # With normalized states of width 64, logits have a spread of 64 ** 0.5 * 0.3, about 2.4.
        weights["lm_head.weight"] = 0.3 * torch.randn(head.shape, generator=random)
        save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
        network = network_of(load(BASE, local_path=copy, device="cpu"))
        ids = torch.tensor([[10, 20, 30]])
        with torch.no_grad():
            logits = network(ids).logits[0, -1].float()
        ranks = logits.argsort(descending=True)
        shares = {t: float((logits / t).softmax(-1)[ranks[:10]].sum()) for t in (0.5, 1.0, 2.0)}
        count = 80
        for temperature in (0.5, 2.0):
            drawn = torch.tensor([first_token(network, ids, temperature, n) for n in range(count)])
            observed = float(torch.isin(drawn, ranks[:10]).float().mean())
            expected = shares[temperature]
            error = (expected * (1 - expected) / count) ** 0.5
            assert abs(observed - expected) < 4 * error
            assert abs(observed - shares[1.0]) > 4 * error  # so the temperature has an effect
        assert torch.isin(drawn, ranks[50:]).any()  # the library's default top_k of 50 is off

    def test_a_small_top_p_is_greedy(self, generator: TextGenerator) -> None:
        sampling = Sampling(temperature=1, top_p=0.01, max_tokens=100, seed=3)
        assert generator.generate("Once", sampling) == generator.generate(
            "Once", dataclasses.replace(GREEDY, max_tokens=100)
        )

    def test_a_tiny_temperature_does_not_overflow(self, generator: TextGenerator) -> None:
        cold = Sampling(temperature=1e-300, max_tokens=200)
        assert "Once" + generator.generate("Once", cold) == STORY

    def test_stop_strings_over_several_tokens(
        self, generator: TextGenerator, passes: list[object]
    ) -> None:
        sampling = Sampling(temperature=0, max_tokens=200, stop=("stop here", "日本"))
        assert generator.generate("Once", sampling) == " upon a time the naïve 🦊 said "
        assert len(passes) < 60  # and the network stopped there

    def test_text_that_only_begins_as_a_stop_string(self, generator: TextGenerator) -> None:
        sampling = Sampling(temperature=0, max_tokens=200, stop=("stop her majesty", "today.."))
        assert "Once" + generator.generate("Once", sampling) == STORY

    def test_the_checkpoints_own_settings_hold(self, copy: Path) -> None:
        settings = json.loads((copy / "generation_config.json").read_text())
        settings |= {
            "stop_strings": ["the"],
            "num_beams": 3,
            "max_length": 5,
            "suppress_tokens": [0],
        }
        (copy / "generation_config.json").write_text(json.dumps(settings))
        own = load(BASE, local_path=copy)
        assert own.generate("Once", GREEDY) == " upon a time "

    def test_an_end_token_of_the_tokenizer_ends(self, copy: Path) -> None:
        for name in ("generation_config.json", "config.json"):
            settings = json.loads((copy / name).read_text())
            (copy / name).write_text(json.dumps({**settings, "eos_token_id": None}))
        assert "Once" + load(BASE, local_path=copy).generate("Once", GREEDY) == STORY


class TestContext:
    def test_a_prompt_that_is_too_long_is_refused(self, generator: TextGenerator) -> None:
        with pytest.raises(InputError, match=rf"tiny-llama.*100,000 tokens.*{CONTEXT}"):
            generator.generate("z" * 100_000)

    def test_an_answer_ends_with_the_context(
        self, copy: Path, generator: TextGenerator, passes: list[object]
    ) -> None:
        prompt = "z" * (CONTEXT - 3)
        sampling = Sampling(temperature=2, max_tokens=50, seed=1)
        generator.generate(prompt, sampling)
        assert len(passes) <= 3
        with pytest.raises(InputError):
            generator.generate("z" * CONTEXT)


class TestStreams:
    def test_nothing_runs_before_the_first_piece(
        self, generator: TextGenerator, passes: list[object]
    ) -> None:
        stream = generator.stream("Once", GREEDY)
        assert not passes
        stream.close()
        assert not passes

    def test_a_closed_stream_stops_and_the_next_one_works(
        self, generator: TextGenerator, passes: list[weakref.ref[object]]
    ) -> None:
        stream = generator.stream("Once", GREEDY)
        next(stream)
        taken = len(passes)
        stream.close()
        assert "Once" + generator.generate("Once", GREEDY) == STORY
        assert taken < 3
        assert all(cache() is None for cache in passes[:taken])

    def test_cancelled_streams_leave_nothing_behind(
        self, generator: TextGenerator, passes: list[weakref.ref[object]]
    ) -> None:
        threads = threading.active_count()
        for _ in range(20):
            with closing(generator.stream("Once", GREEDY)) as stream:
                for _ in range(5):
                    next(stream)
                assert passes[-1]() is not None  # the test does detect a live cache
            # Freed at once, without the garbage collector.
            assert passes[-1]() is None
        assert all(cache() is None for cache in passes)
        assert threading.active_count() == threads

    def test_an_abandoned_stream_is_freed(
        self, generator: TextGenerator, passes: list[weakref.ref[object]]
    ) -> None:
        stream = generator.stream("Once", GREEDY)
        next(stream)
        del stream
        assert passes[-1]() is None

    def test_streams_in_threads_do_not_disturb_each_other(self, generator: TextGenerator) -> None:
        samplings = [
            Sampling(temperature=1.5, max_tokens=40, seed=1),
            Sampling(temperature=1.5, max_tokens=40, seed=2),
            GREEDY,
        ]
        alone = [generator.generate("Once", sampling) for sampling in samplings]
        together = ["", "", ""]

        def run(index: int) -> None:
            for piece in generator.stream("Once", samplings[index]):
                together[index] += piece

        threads = [threading.Thread(target=run, args=(index,)) for index in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert together == alone

    def test_streams_in_turn_in_one_thread(self, generator: TextGenerator) -> None:
        first, second = (generator.stream("Once", GREEDY) for _ in range(2))
        pairs = list(zip(first, second, strict=True))
        assert "Once" + "".join(one for one, _ in pairs) == STORY
        assert all(one == other for one, other in pairs)

    def test_an_error_surfaces_where_the_piece_was_asked_for(
        self, generator: TextGenerator, passes: list[weakref.ref[object]]
    ) -> None:
        def fail(network: object, arguments: object) -> None:
            if len(passes) == 3:
                raise RuntimeError("out of memory\nlong story")

        hook = network_of(generator).model.layers[1].register_forward_pre_hook(fail)
        try:
            with pytest.raises(BackendError, match=r"tiny-llama.*out of memory$") as caught:
                list(generator.stream("Once", GREEDY))
        finally:
            hook.remove()
        assert isinstance(caught.value.__cause__, RuntimeError)
        assert "in fail" in caught.value.__cause__.__notes__[0]  # the traceback, as text
        assert all(cache() is None for cache in passes)  # although the error is still referenced
        assert "Once" + generator.generate("Once", GREEDY) == STORY

    def test_a_network_that_gives_no_numbers(self, copy: Path) -> None:
        weights = load_file(copy / "model.safetensors")
        weights["model.norm.weight"] = torch.full_like(weights["model.norm.weight"], torch.nan)
        save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
        spoilt = load(BASE, local_path=copy)
        for temperature in (0, 1):
            with pytest.raises(BackendError, match="not numbers"):
                spoilt.generate("Once", Sampling(temperature=temperature))

    def test_async_streams_and_cancellation(
        self, generator: TextGenerator, passes: list[weakref.ref[object]]
    ) -> None:
        async def main() -> str:
            reader = asyncio.create_task(generator.agenerate("Once", GREEDY))
            while len(passes) < 3:
                await asyncio.sleep(0.001)
            reader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reader
            taken = len(passes)
            await asyncio.sleep(0.05)
            assert len(passes) == taken
            assert all(cache() is None for cache in passes)
            return await generator.agenerate("Once", GREEDY)

        assert "Once" + asyncio.run(main()) == STORY

    def test_cancelling_does_not_wait_for_the_next_piece(
        self, endless_generator: TextGenerator
    ) -> None:
        """The current step is the last one, although the piece would need hundreds more."""
        steps = 0
        third, let_go = threading.Event(), threading.Event()

        def count(network: object, arguments: object, output: object) -> None:
            nonlocal steps
            steps += 1
            if steps == 3:
                third.set()
                assert let_go.wait(30)

        async def main(sampling: Sampling) -> None:
            reader = asyncio.create_task(endless_generator.agenerate("Once", sampling))
            assert await asyncio.to_thread(third.wait, 30)
            reader.cancel()
            for _ in range(10):  # until the cancellation is noticed
                await asyncio.sleep(0)
            let_go.set()
            with pytest.raises(asyncio.CancelledError):
                await reader

        # The whole output is a prefix of this stop string, so no piece is released before the end.
        said = endless_generator.generate("Once", Sampling(temperature=0, max_tokens=400))
        sampling = Sampling(temperature=0, max_tokens=400, stop=(said + "and no more",))
        hook = network_of(endless_generator).register_forward_hook(count)
        try:
            asyncio.run(main(sampling))
        finally:
            hook.remove()
        assert steps == 3

    def test_a_missing_tokenizer_is_refused_not_made_up(
        self, tiny_llama: Path, tmp_path: Path
    ) -> None:
        """For Qwen and others, transformers would invent one that reads and writes nothing."""
        folder = Path(shutil.copytree(tiny_llama, tmp_path / "model"))
        (folder / "tokenizer.json").unlink()
        (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "Qwen2Tokenizer"}')
        with pytest.raises(CheckpointError, match="tiny-llama: the checkpoint has no tokenizer"):
            load(BASE, local_path=folder)

    def test_a_closed_generator(self, tiny_llama: Path) -> None:
        own = load(BASE, local_path=tiny_llama)
        weights = weakref.ref(network_of(own))
        own.close()
        own.close()
        assert weights() is None
        with pytest.raises(BackendError, match="closed"):
            own.generate("Once")


def test_words_of_a_tokenizer_that_drops_the_first_space() -> None:
    """As in Llama and BERT: a token is "fox" on its own, " fox" after another."""

    def decode(ids: list[int]) -> str:
        return " ".join(["the", "red", "fox"][index] for index in ids)

    assert list(decoded([0, 1, 2], decode)) == ["the", " red", " fox"]
    assert list(decoded([1, 2], decode, prompt=[0])) == [" red", " fox"]


def test_bytes_that_fall_back_together() -> None:
    """As in SentencePiece's byte fallback: a bad byte makes its whole run invalid for a while."""

    def decode(ids: list[int]) -> str:
        try:
            return bytes(ids).decode()
        except UnicodeDecodeError:
            return "\ufffd" * len(ids)

    text = "é🦊ö"
    assert list(decoded(text.encode(), decode)) == ["é", "🦊", "ö"]
    assert list(decoded(text.encode()[:-1], decode)) == ["é", "🦊"]


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        (("<end>",), "a<b"),
        (("c", "<end"), "a<b<end>"[:3]),
        (("a",), ""),
        ((), "a<b<end>c"),
        (("<end>d",), "a<b<end>c"),
    ],
)
def test_until(stops: tuple[str, ...], expected: str) -> None:
    assert "".join(until(list("a<b<end>c"), stops)) == expected
    assert "".join(until(["a<b<e", "nd>c"], stops)) == expected


class TestRefused:
    def test_truncated_weights(self, copy: Path) -> None:
        path = copy / "model.safetensors"
        path.write_bytes(path.read_bytes()[:-1000])
        with pytest.raises(CheckpointError, match=r"tiny-llama.*model.safetensors.*truncated"):
            load(BASE, local_path=copy)

    def test_a_missing_output_layer(self, copy: Path) -> None:
        weights = load_file(copy / "model.safetensors")
        del weights["lm_head.weight"]
        save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
        with pytest.raises(CheckpointError, match=r"tiny-llama.*lacks lm_head.weight"):
            load(BASE, local_path=copy)

    def test_another_vocabulary(self, tiny_llama: Path) -> None:
        vocabulary = json.loads((tiny_llama / "config.json").read_text())["vocab_size"]
        load(dataclasses.replace(BASE, vocab_size=vocabulary), local_path=tiny_llama)
        with pytest.raises(CheckpointError, match=rf"tiny-llama.*{vocabulary}.*states 32000"):
            load(dataclasses.replace(BASE, vocab_size=32000), local_path=tiny_llama)

    def test_a_smaller_context(self, tiny_llama: Path) -> None:
        load(dataclasses.replace(BASE, context_length=CONTEXT - 1), local_path=tiny_llama)
        with pytest.raises(CheckpointError, match=rf"reads {CONTEXT} tokens.*{CONTEXT + 1}"):
            load(dataclasses.replace(BASE, context_length=CONTEXT + 1), local_path=tiny_llama)

    def test_pickled_weights(self, copy: Path) -> None:
        weights = load_file(copy / "model.safetensors")
        (copy / "model.safetensors").unlink()
        torch.save(weights, copy / "pytorch_model.bin")
        with pytest.raises(CheckpointError, match=r"pytorch_model.bin.*allow_pickle"):
            load(BASE, local_path=copy)
        trusted = load(BASE, local_path=copy, allow_pickle=True)
        assert "Once" + trusted.generate("Once", GREEDY) == STORY

    @pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
    def test_a_missing_file(self, copy: Path, name: str) -> None:
        (copy / name).unlink()
        with pytest.raises(CheckpointError, match="tiny-llama"):
            load(BASE, local_path=copy)

    def test_no_such_place(self, tmp_path: Path) -> None:
        with pytest.raises(LoadError, match="neither a folder"):
            load(BASE, local_path=tmp_path / "nowhere")

    def test_a_gguf_file_that_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "x.gguf").write_bytes(b"GGUF" + bytes(100))
        with pytest.raises(CheckpointError, match="tiny-llama"):
            load(BASE, local_path=tmp_path / "x.gguf")

    @pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
    def test_cuda_that_is_absent(self, tiny_llama: Path) -> None:
        with pytest.raises(DeviceError, match="no CUDA"):
            load(BASE, local_path=tiny_llama, device="cuda")

    def test_quantisation_on_a_cpu(self, tiny_llama: Path) -> None:
        with pytest.raises(LoadError, match="needs CUDA"):
            load(BASE, local_path=tiny_llama, quantization="4bit")

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            ({"dim": 64}, LoadError),
            ({"base_url": "http://127.0.0.1:1"}, UnsupportedError),
            ({"api_key": "secret"}, UnsupportedError),
            ({"dtype": "int3"}, LoadError),
        ],
    )
    def test_options_it_cannot_honour(
        self, tiny_llama: Path, arguments: dict[str, Any], error: type[Exception]
    ) -> None:
        with pytest.raises(error) as caught:
            load(BASE, local_path=tiny_llama, **arguments)
        assert "secret" not in str(caught.value)


@pytest.fixture(scope="session")
def gemma(gemma_gguf: Path) -> TextGenerator:
    return load(GEMMA_BASE, local_path=gemma_gguf, device="cpu")


@pytest.mark.heavy
@pytest.mark.exhaustive  # the tiny model does the same, and test_real_llama_cpp.py runs Gemma
class TestGemma:
    """Real weights: each load of the .gguf file takes most of a minute."""

    def test_it_continues_a_text(self, gemma: TextGenerator) -> None:
        story = gemma.generate("Once upon a time", Sampling(temperature=0, max_tokens=12))
        assert story.startswith(", there was a")

    def test_cancel_and_generate_again(self, gemma: TextGenerator) -> None:
        sampling = Sampling(temperature=0, max_tokens=6)
        whole = gemma.generate("Once upon a time", sampling)
        with closing(gemma.stream("Once upon a time", sampling)) as stream:
            assert whole.startswith(next(stream))
        assert gemma.generate("Once upon a time", sampling) == whole

    def test_a_seed(self, gemma: TextGenerator) -> None:
        texts = [
            gemma.generate("My name is", Sampling(max_tokens=8, seed=seed)) for seed in (4, 4, 5)
        ]
        assert texts[0] == texts[1] != texts[2]

    def test_it_takes_no_messages(self, gemma: TextGenerator) -> None:
        with pytest.raises(InputError, match=r"gemma-3-270m.*no chat template"):
            gemma.generate([{"role": "user", "content": "hello"}])

    def test_another_vocabulary(self, gemma_gguf: Path) -> None:
        with pytest.raises(CheckpointError, match="262144"):
            load(dataclasses.replace(GEMMA_BASE, vocab_size=256000), local_path=gemma_gguf)

    def test_a_truncated_file(self, gemma_gguf: Path, tmp_path: Path) -> None:
        short = tmp_path / "short.gguf"
        with gemma_gguf.open("rb") as source, short.open("wb") as target:
            target.write(source.read(100_000_000))
        with pytest.raises(CheckpointError, match="gemma-3-270m"):
            load(GEMMA_BASE, local_path=short)

    def test_it_has_its_own_quantisation(self, gemma_gguf: Path) -> None:
        with pytest.raises(LoadError, match=r"quanti[sz]ation|bitsandbytes"):
            load(GEMMA_BASE, local_path=gemma_gguf, quantization="4bit")


def test_the_module_imports_no_library() -> None:
    """Naming the backend costs nothing; only loading a model does."""
    code = (
        "import sys; from registry.backends import get_backend; get_backend('transformers'); "
        "print([n for n in ('torch', 'transformers', 'numpy') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.strip() == "[]"

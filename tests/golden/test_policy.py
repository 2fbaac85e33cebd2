"""What a project's policy rejects, leaves out and exempts; exact texts are in golden files."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogues import catalogue, entry
from goldens import compare
from registry_codegen.compile import load_catalogue
from registry_codegen.errors import CodegenError
from registry_codegen.projects import find_options

HEAD = '[tool.model-registry]\noutput = "src/acme/_generated.py"\n'
POLICY = "[tool.model-registry.policy]\n"
SOUND: dict[str, Any] = {
    "revision": "c1e84128e85ef755c096a95bdb06b47793b13acf",
    "files": {"weights": {"safetensors": "model.safetensors"}},
    "sources": {"the publisher's page": ["license"]},
    "license": "Apache-2.0",
}
ALL = """\
allow-licenses = ["Apache-2.0", "MIT"]
refuse-licenses = ["*-nc-*"]
require-pinned = true
require-safetensors = true
require-verified = true
refuse-remote-code = true
max-memory-mb = 500
"""


def size(memory_mb: int) -> dict[str, Any]:
    """The facts of a model whose weights have this size."""
    return {"parameters": "110M", "embedding_dim": 768, "context_length": 512} | {
        "memory_mb": memory_mb
    }


def loaded(
    folder: Path, policy: str, *own: Any, below: list[Any] | None = None, top: str = HEAD
) -> list[str]:
    """The ids of the project's catalogue under a policy. Raises the error that fails the build."""
    if below is not None:
        (folder / "below.json").write_text(json.dumps(catalogue(*below), indent=1), "utf-8")
        top += 'extends = "below.json"\n'
    (folder / "pyproject.toml").write_text(f"{top}\n{POLICY}{policy}", "utf-8")
    (folder / "models.json").write_text(json.dumps(catalogue(*own), indent=1), "utf-8")
    options = find_options(folder)
    assert options is not None
    return [each["id"] for each in load_catalogue(options).data["models"]]


def refusal(folder: Path, policy: str, *own: Any, below: list[Any] | None = None) -> str:
    with pytest.raises(CodegenError) as caught:
        loaded(folder, policy, *own, below=below)
    return f"{caught.value}\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # so that messages have relative paths


def test_every_rule_stops_the_build(tmp_path: Path) -> None:
    bad = entry(
        "bad",
        specs=size(700),
        license="CC-BY-NC-4.0",
        dependencies={"trust_remote_code": True},
        sources={"unverified: known-model-config": ["pooling", "license"]},
    )

    compare("policy/rules.txt", refusal(tmp_path, ALL, bad, entry("bare", license="MIT")))


def test_what_keeps_the_policy_is_built(tmp_path: Path) -> None:
    assert loaded(tmp_path, ALL, entry("good", specs=size(418), **SOUND)) == ["good"]


def test_no_rule_looks_at_weights_behind_an_api(tmp_path: Path) -> None:
    served = entry("served", huggingface_id=None, provider="openai", provider_model="embed-3")
    policy = "require-pinned = true\nrequire-safetensors = true\nmax-memory-mb = 1\n"

    assert loaded(tmp_path, policy, served) == ["served"]


BELOW = [entry("free", license="MIT"), entry("closed", license="CC-BY-NC-4.0")]
REFUSE = 'refuse-licenses = ["*-NC-*"]\n'


def test_models_underneath_are_refused_or_left_out(tmp_path: Path) -> None:
    compare("policy/underneath.txt", refusal(tmp_path, REFUSE, below=BELOW))
    assert loaded(tmp_path, f"{REFUSE}leave-out = true\n", below=BELOW) == ["free"]


def test_own_models_are_never_left_out(tmp_path: Path) -> None:
    own = {"id": "closed", "revision": "c1e84128e85ef755c096a95bdb06b47793b13acf"}

    said = refusal(tmp_path, f"{REFUSE}leave-out = true\n", own, below=BELOW)

    assert "/license: " in said and "[closed]" in said


EXCEPTION = '[tool.model-registry.policy.exceptions.closed]\nrules = ["refuse-licenses"]\n'


def test_exceptions(tmp_path: Path) -> None:
    policy = f'{REFUSE}leave-out = true\n{EXCEPTION}reason = "bought"\n'

    assert loaded(tmp_path, policy, below=BELOW) == ["free", "closed"]
    assert loaded(tmp_path, f"{policy}until = 9999-12-31\n", below=BELOW) == ["free", "closed"]
    over = f"{policy}until = 2020-01-31\n"
    compare("policy/exception-left-out.txt", refusal(tmp_path, over, below=BELOW))
    over = over.replace("leave-out = true\n", "")
    compare("policy/exception-over.txt", refusal(tmp_path, over, below=BELOW))


def test_an_exception_that_covers_some_of_what_is_refused(tmp_path: Path) -> None:
    policy = f'{REFUSE}require-pinned = true\nleave-out = true\n{EXCEPTION}reason = "bought"\n'
    compare("policy/exception-in-part.txt", refusal(tmp_path, policy, below=BELOW))


def test_idle_exceptions(tmp_path: Path) -> None:
    policy = "".join(
        f'[tool.model-registry.policy.exceptions.{name}]\nrules = ["{rule}"]\nreason = "so"\n'
        for name, rule in (
            ("free", "require-pinned"),
            ("gone", "max-memory-mb"),
            ('"acme/Closed"', "refuse-licenses"),
        )
    )

    compare("policy/exception-idle.txt", refusal(tmp_path, policy, below=BELOW))


def test_rules_outside_of_the_policy(tmp_path: Path) -> None:
    top = f"{HEAD}leave_out = true\nextend = 'registry'\n{REFUSE}"
    with pytest.raises(CodegenError) as caught:
        loaded(tmp_path, "", top=top)
    compare("policy/outside.txt", f"{caught.value}\n")


def test_every_mistake_in_the_table(tmp_path: Path) -> None:
    policy = """\
refuse-licences = ["*-NC-*"]
allow-licenses = "MIT"
refuse-licenses = []
require-pinned = "yes"
max-memory-mb = "8GB"
leave-out = 1

[tool.model-registry.policy.exceptions.a]
rules = ["license"]
until = "soon"
why = "so"

[tool.model-registry.policy.exceptions]
b = true
"""
    compare("policy/table.txt", refusal(tmp_path, policy, *BELOW))


def test_a_policy_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f"{HEAD}policy = 3\n", "utf-8")

    with pytest.raises(CodegenError, match="policy must be a table"):
        find_options(tmp_path)

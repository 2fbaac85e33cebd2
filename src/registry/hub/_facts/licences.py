"""From the licence of a model card to what the catalogue writes: SPDX, or a well-known name.

The Hub's identifiers are SPDX in lower case, but for those of model licences:
https://huggingface.co/docs/hub/repositories-licenses
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from registry.hub._json_values import line

# Licences without an SPDX identifier, by what the Hub or the authors call them. That the
# catalogue takes the names on the right, a test makes sure.
NAMED = {
    "bigcode-openrail-m": "BigCode-OpenRAIL-M-v1",
    "deepseek": "DeepSeek-License",
    "deepseek-license": "DeepSeek-License",
    "gemma": "Gemma",
    "health-ai-developer-foundations": "Health-AI",
    "lfm1.0": "LFM-1.0",
    "llama2": "Llama-2",
    "llama3": "Llama-3",
    "llama3.1": "Llama-3.1",
    "llama3.2": "Llama-3.2",
    "llama3.3": "Llama-3.3",
    "llama4": "Llama-4",
    "mrl": "Mistral-Research",
    "nvidia-open-model-license": "NVIDIA-Open-Model-License",
    "openmdw-1.0": "OpenMDW-1.0",
    "openmdw-1.1": "OpenMDW-1.1",
    "openrail": "OpenRAIL",
    "openrail++": "OpenRAIL++",
    "qwen": "Qwen",
    "qwen-research": "Qwen-Research",
    "tongyi-qianwen": "Tongyi-Qianwen",
}
# A family of licences: which one of it, they do not say.
_VAGUE = frozenset({"bsd", "cc", "gpl", "lgpl", "agpl", "other", "unknown", "unlicensed"})
_RELATIVE = re.compile(r"(\./)?(?P<file>[A-Za-z0-9][A-Za-z0-9._-]*)")


def catalogue_licence(given: object, name: object, link: object, repository: str) -> str | None:
    """What the catalogue writes for a card's license, license_name and license_link, or None.

    >>> catalogue_licence("apache-2.0", None, None, "acme/tiny")
    'Apache-2.0'
    >>> catalogue_licence("other", "qwen", "LICENSE", "acme/tiny")
    'Qwen'
    >>> catalogue_licence("other", "acme-own", "LICENSE", "acme/tiny")
    'https://huggingface.co/acme/tiny/blob/main/LICENSE'
    """
    for text in (line(given), line(name)):
        if text is not None and (known := _known(text.strip().casefold())) is not None:
            return known
    return _address(line(link), repository)


def _known(text: str) -> str | None:
    if text in NAMED:
        return NAMED[text]
    if text in _VAGUE:
        return None
    try:
        return str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return None


def _address(link: str | None, repository: str) -> str | None:
    """Where the text of the licence is: in the repository, or elsewhere."""
    if link is None:
        return None
    if (relative := _RELATIVE.fullmatch(link)) is not None:
        return f"https://huggingface.co/{repository}/blob/main/{quote(relative['file'])}"
    try:
        url = urlsplit(link)
    except ValueError:
        return None
    return link if url.scheme == "https" and url.netloc and " " not in link else None

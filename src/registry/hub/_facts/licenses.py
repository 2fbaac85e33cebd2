"""From the license of a model card to what the catalogue writes: SPDX, or a well-known name.

The Hub's identifiers are SPDX in lower case, except for model licenses:
https://huggingface.co/docs/hub/repositories-licenses
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from posixpath import normpath
from urllib.parse import quote, unquote, urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from registry.hub._json_values import line, several
from registry_base.json_shapes import is_list

# Licenses without an SPDX identifier of the same letters, by their name on the Hub or from the
# authors. A test ensures that the catalogue accepts the names on the right.
NAMED = {
    "apple-amlr": "Apple-AMLR",
    "apple-ascl": "Apple-ASCL",
    "bigcode-openrail-m": "BigCode-OpenRAIL-M-v1",
    "bigscience-bloom-rail-1.0": "BigScience-BLOOM-RAIL-1.0",
    "bigscience-openrail-m": "BigScience-OpenRAIL-M",
    "c-uda": "C-UDA-1.0",
    "creativeml-openrail-m": "CreativeML-OpenRAIL-M",
    "deepfloyd-if-license": "DeepFloyd-IF",
    "deepseek": "DeepSeek-License",
    "deepseek-license": "DeepSeek-License",
    "fair-noncommercial-research-license": "FAIR-Noncommercial-Research",
    "gemma": "Gemma",
    "grok2-community": "Grok-2-Community",
    "h-research": "H-Research",
    "health-ai-developer-foundations": "Health-AI",
    "intel-research": "Intel-Research",
    "lfm1.0": "LFM-1.0",
    "lgpl-lr": "LGPLLR",
    "llama2": "Llama-2",
    "llama3": "Llama-3",
    "llama3.1": "Llama-3.1",
    "llama3.2": "Llama-3.2",
    "llama3.3": "Llama-3.3",
    "llama4": "Llama-4",
    "mrl": "Mistral-Research",
    "nvidia-open-model-license": "NVIDIA-Open-Model-License",
    "odbl": "ODbL-1.0",
    "odc-by": "ODC-By-1.0",
    "openmdw-1.0": "OpenMDW-1.0",
    "openmdw-1.1": "OpenMDW-1.1",
    "openrail": "OpenRAIL",
    "openrail++": "OpenRAIL++",
    "pddl": "PDDL-1.0",
    "qwen": "Qwen",
    "qwen-research": "Qwen-Research",
    "tongyi-qianwen": "Tongyi-Qianwen",
}
# Families of licenses: they do not say which one.
_VAGUE = frozenset({"agpl", "bsd", "cc", "gfdl", "gpl", "lgpl"})
_NONE = frozenset({"other", "unknown", "unlicensed"})
# A link into the repository as its pages write it: relative to the page of one revision.
_PAGE = re.compile(r"^(blob|tree|resolve|raw)/[^/]+/")
# Words around a name: "The Apache License, version 2.0".
_FILLERS = re.compile(r"\b(the|licen[sc]e[d]?|version|creative commons|public)\b")


def catalogue_license(
    given: object, name: object, link: object, repository: str, files: Collection[str] | None = None
) -> str | None:
    """What the catalogue writes for a card's license, license_name and license_link, or None.

    `files` are the paths of the repository: a link into it leads to one of them, or to a folder.

    >>> catalogue_license("Apache 2.0", None, None, "acme/tiny")
    'Apache-2.0'
    >>> catalogue_license("other", "qwen", "LICENSE", "acme/tiny")
    'Qwen'
    >>> catalogue_license("other", "acme-own", "LICENSE", "acme/tiny")
    'https://huggingface.co/acme/tiny/blob/main/LICENSE'
    """
    for text in (line(given), line(name)):
        if text is not None and (known := _known(text.strip().casefold())) is not None:
            return known
    return _address(line(link), repository, files)


def why_unusable(given: object, name: object, link: object) -> str:
    """What a card says if the catalogue cannot express its license, and why it cannot."""
    texts = [text for text in map(line, several(given)) if text is not None]
    if not texts:
        return "no license"
    if is_list(given):
        return f"license says {' and '.join(texts)}, and not whether one of them applies or all do"
    said = texts[0]
    if said.casefold() in _VAGUE:
        return f"license {said} names a family of licenses, not which one of it"
    named, linked = line(name), line(link)
    more = f", license_name {named}" if named is not None else ""
    more += f", license_link {linked}" if linked is not None else ""
    if said.casefold() in _NONE:
        missing = "does not say which" if not more else "there is no such license and no such file"
        return f"license {said}{more}: {missing}"
    return f"license {said}{more} is not a license that the catalogue has a name for"


def _known(text: str) -> str | None:
    for spelling in _spellings(text):
        if spelling in NAMED:
            return NAMED[spelling]
        if spelling in _VAGUE or spelling in _NONE:
            return None
        try:
            return str(canonicalize_license_expression(spelling))
        except InvalidLicenseExpression:
            continue
    return None


def _spellings(text: str) -> Iterator[str]:
    """As written, and in the form of identifiers: without filler words, blanks as hyphens."""
    yield text
    bare = _FILLERS.sub(" ", re.sub(r"[\s,_]+|v(?=[0-9])", " ", text)).replace("-", " ")
    bare = "-".join(re.sub(r"(?<=[a-z])(?=[0-9])", " ", bare).split())
    yield from (bare, f"{bare}.0", f"cc-{bare}", bare.replace("-", ""))


def _address(link: str | None, repository: str, files: Collection[str] | None) -> str | None:
    """Where the text of the license is: in the repository, or elsewhere."""
    if link is None:
        return None
    try:
        url = urlsplit(link)
    except ValueError:
        return None
    if url.scheme or url.netloc:
        return link if url.scheme == "https" and url.netloc and " " not in link else None
    for path in _paths(link):
        is_folder = files is not None and any(each.startswith(f"{path}/") for each in files)
        if files is None or path in files or is_folder:
            kind = "tree" if is_folder else "blob"
            return f"https://huggingface.co/{repository}/{kind}/main/{quote(path)}"
    return None


def _paths(link: str) -> Iterator[str]:
    """The paths in the repository that a relative link can mean: as written, then as in a page."""
    for text in dict.fromkeys((link, unquote(urlsplit(link).path))):
        path = normpath(text.strip().lstrip("/"))
        yield from (path, _PAGE.sub("", path, count=1))

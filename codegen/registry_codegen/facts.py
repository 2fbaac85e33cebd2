"""What one wants to know of a model first, in a line: what an editor shows of its constant."""

from collections.abc import Mapping


def facts(model_type: str, fields: Mapping[str, object]) -> str:
    """The facts of a model that are known, the Hub repository last.

    >>> facts("dense", {"embedding_dim": 384, "license": "MIT", "huggingface_id": "acme/embed"})
    '384 dimensions · MIT · acme/embed'
    """
    unit = "time points" if model_type == "timeseries" else "tokens"
    known = (
        _counted(fields.get("embedding_dim"), "dimensions"),
        _counted(fields.get("context_length"), unit),
        f"{fields['parameters']} parameters" if fields.get("parameters") else None,
        _licence(fields.get("license")),
        fields["huggingface_id"],
    )
    return " · ".join(str(each) for each in known if each is not None)


def _counted(number: object, unit: str) -> str | None:
    return f"{number:,} {unit}" if isinstance(number, int) else None


def _licence(text: object) -> object:
    return "its own licence" if isinstance(text, str) and text.startswith("https://") else text

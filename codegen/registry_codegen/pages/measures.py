"""Published quality figures, and which of them may share an axis."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from registry_codegen.ir import Field, ModelClass

# `beir_avg` is a mean over `beir_avg_datasets` data sets.
_COUNT = "_datasets"
_LABELS = {
    "beir_avg": "BEIR nDCG@10",
    "beir13_avg": "BEIR-13 nDCG@10",
    "beir15_avg": "BEIR-15 nDCG@10",
    "mteb_avg": "MTEB English v2",
    "mteb_eng_v1_avg": "MTEB English v1",
    "ms_marco_mrr10": "MS MARCO MRR@10",
    "trec_dl19_ndcg10": "TREC DL 19 nDCG@10",
}


@dataclass(frozen=True)
class Measure:
    """One axis: figures of the same benchmark, over the same data, for the same task."""

    key: str
    label: str
    description: str


def figures(
    model_class: ModelClass, facts: Mapping[str, object]
) -> Iterator[tuple[Measure, float]]:
    """The comparable figures of one model; `facts` are its fields by name.

    A mean over 14 data sets is not the same measure as one over 13, and over an unknown number it
    is not a measure. Reordering given candidates is not the same task as finding them: models
    without vectors of their own only do the former.
    """
    reorders = model_class.field("embedding_dim") is None
    fields = {field.name: field for field in model_class.fields}
    for field in fields.values():
        value = facts.get(field.name)
        if field.section != "performance" or field.name.endswith(_COUNT):
            continue
        if not isinstance(value, int | float):
            continue
        if field.name + _COUNT not in fields:
            yield _measure(field, reorders=reorders), value
        elif (count := facts.get(field.name + _COUNT)) is not None:
            own = fields.get(field.name.replace("_avg", f"{count}_avg"))
            if own is None:
                yield _counted(_measure(field, reorders=reorders), count), value
            elif own.name not in facts:
                yield _measure(own, reorders=reorders), value


def _measure(field: Field, *, reorders: bool) -> Measure:
    label = _LABELS.get(field.name, field.name)
    if reorders:
        return Measure(f"{field.name}-reranking", f"{label}, re-ranking", field.description)
    return Measure(field.name, label, field.description)


def _counted(measure: Measure, count: object) -> Measure:
    return Measure(
        key=f"{measure.key}-{count}",
        label=measure.label.replace(" ", f"-{count} ", 1),
        description=f"{measure.description.partition(';')[0]}, over {count} data sets.",
    )

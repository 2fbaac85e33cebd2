"""How much of third-party lists our validator accepts, and what the rest lacks."""

from benchmarks.bench import Bench
from benchmarks.others_lists import count_lists
from benchmarks.report import Section, Table


def run(bench: Bench) -> Section:
    """Count, using the current releases on the package index."""
    counted = count_lists() if bench.peers else []
    return Section(
        title="Lists of others",
        about=(
            "The lists of mteb and litellm, converted entry by entry into catalogues that the "
            "validator reads. Converting adds no facts; an id is made from the name, shortened "
            "where it is too long. An entry is counted under the first problem that it has."
        ),
        tables=(
            Table(
                "Accepted",
                ("list", "entries", "accepted"),
                tuple(
                    (f"{each.name} {each.version}", f"{each.entries:,}", f"{each.accepted:,}")
                    for each in counted
                ),
            ),
            *(
                Table(
                    f"What is refused of {each.name}",
                    ("problem", "entries"),
                    tuple((f"`{reason}`", str(n)) for reason, n in each.reasons.most_common()),
                )
                for each in counted
            ),
        ),
        notes=(
            "mteb does not say how wide the vectors of some models are, and calls three models "
            "multilingual that it lists for English alone; litellm lists rows without a provider, "
            "and embeddings without a width. None of that can be made up.",
            "litellm knows the addresses of its providers in code, its list does not have them; "
            "the converted entries say https://api.example.com/v1.",
        ),
    )

"""One reader per format: rows of a file as Arrow tables, some hundred at a time.

A reader first yields the number of the row that its first table begins with.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import IO, Any

from registry.corpora._arrow import Table, csv, pa, pc, pq
from registry.corpora._columns import NOT_TEXT, Wanted
from registry.corpora._files import SourceFile
from registry.errors import CorpusError
from registry.libraries.pyarrow import streamed
from registry_base.json_shapes import is_object

ROWS = 1_024


def row_groups(file: SourceFile) -> list[int]:
    """The first row of each independently readable piece of a file."""
    if file.format != "parquet":
        return [0]
    metadata = pq.read_metadata(file.path)
    sizes = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    return [0, *accumulate(sizes[:-1])]


def parquet(file: SourceFile, wanted: Wanted, first: int) -> Iterator[Any]:
    with streamed(file.path) as source:
        starts = row_groups(file)
        begin = max((n for n, start in enumerate(starts) if start <= first), default=0)
        yield starts[begin] if starts else 0
        groups = list(range(begin, source.metadata.num_row_groups))
        if not groups:
            return
        # Arrow's threads keep what they have freed, some 20 MiB; encoding takes the time anyway.
        for batch in source.iter_batches(
            ROWS, row_groups=groups, columns=list(wanted.all), use_threads=False
        ):
            yield _with_texts(pa.Table.from_batches([batch]).select(list(wanted.all)), wanted)


def _with_texts(table: Table, wanted: Wanted) -> Table:
    """The texts as plain strings; bytes that are not UTF-8 are not text."""
    column = table.column(wanted.text)
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    wrong = pa.repeat(pa.scalar(False), table.num_rows)
    if _is_text(column.type):
        texts = column.cast(pa.string()).combine_chunks()
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            found = [_decoded(each) for each in column.cast(pa.binary()).to_pylist()]
            wrong = pa.array([each is False for each in found])
            texts = pa.array([None if each is False else each for each in found], pa.string())
    else:
        wrong = pc.is_valid(column).combine_chunks()
        texts = pa.nulls(table.num_rows, pa.string())
    place = table.schema.get_field_index(wanted.text)
    return table.set_column(place, wanted.text, texts).append_column(NOT_TEXT, wrong)


def _is_text(kind: Any) -> bool:
    return kind in (pa.string(), pa.large_string(), pa.string_view(), pa.null())


def _decoded(value: bytes | None) -> str | bool | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return False


def json_lines(file: SourceFile, wanted: Wanted, _first: int) -> Iterator[Any]:
    yield 0
    with opened(file) as lines:
        found = objects(file, lines)
        while some := list(islice(found, ROWS)):
            yield _of_rows(file, [row for _, row in some], wanted, some[0][0])


def objects(file: SourceFile, lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object and the number of its line; blank lines do not count."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError) as error:  # also for bytes that are not UTF-8
            raise CorpusError(f"{file.path}:{number}: invalid JSON: {error}") from None
        if not is_object(row):
            raise CorpusError(f"{file.path}:{number}: should be an object with fields")
        yield number, row


def _of_rows(file: SourceFile, rows: list[dict[str, Any]], wanted: Wanted, line: int) -> Table:
    texts = [row.get(wanted.text) for row in rows]
    right = [_checked(text) for text in texts]
    columns: dict[str, Any] = {}
    for name in wanted.all:
        values = right if name == wanted.text else [row.get(name) for row in rows]
        try:
            columns[name] = pa.array(values, pa.string() if name == wanted.text else None)
        except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError, OverflowError) as error:
            first = str(error).partition("\n")[0]
            raise CorpusError(
                f"{file.path}:{line}: from here on, field {name!r} has values of different "
                f"types ({first}); make them one type"
            ) from None
    wrong = [text is not None and each is None for text, each in zip(texts, right, strict=True)]
    return pa.table({**columns, NOT_TEXT: pa.array(wrong, pa.bool_())})


def _checked(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair
        return None
    return text


def comma_separated(file: SourceFile, wanted: Wanted, _first: int) -> Iterator[Any]:
    yield 0
    # A CSV has no types: a text stays a text, and 007 stays 007.
    convert = csv.ConvertOptions(
        include_columns=list(wanted.all),
        column_types=dict.fromkeys(wanted.all, pa.string()),
        strings_can_be_null=False,
    )
    parse = csv.ParseOptions(newlines_in_values=True)
    with opened_csv(file, parse_options=parse, convert_options=convert) as reader:
        for batch in reader:
            for start in range(0, batch.num_rows, ROWS):
                table = pa.Table.from_batches([batch.slice(start, ROWS)])
                yield _with_texts(table, wanted)


def opened_csv(file: SourceFile, **options: Any) -> Any:
    # Arrow itself would go by the ending, in lower case only.
    compression = "gzip" if file.compressed else None
    return csv.open_csv(pa.input_stream(str(file.path), compression=compression), **options)


def opened(file: SourceFile) -> IO[bytes]:
    if file.compressed:
        return gzip.open(file.path, "rb")  # type: ignore[return-value] # a file of bytes in all but its class
    return file.path.open("rb")

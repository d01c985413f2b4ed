"""Tables as files: the text that pandas would write, and Parquet that names no version."""

import math

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.data import datasets_dir
from labkit.data.loading import FORMATS, read
from labkit.data.tables import TABLES, Column, Table, conform
from labkit.world import csv_text, files

COLUMNS = {
    "number": Column("int"),
    "maybe": Column("int", nullable=True),
    "share": Column("float", nullable=True),
    "fee_brl": Column("float", nullable=True),
    "word": Column("text", nullable=True),
    "yes": Column("bool"),
    "seen_on": Column("date", nullable=True),
    "seen_at": Column("time", nullable=True),
}
TABLE = Table("any", "any.csv", COLUMNS)

FRACTION = st.floats(allow_infinity=False, allow_nan=False)
MOMENT = st.datetimes(min_value=pd.Timestamp("1900-01-01"), max_value=pd.Timestamp("2100-01-01"))
ROW = st.tuples(
    st.integers(-(2**53), 2**53),
    st.none() | st.integers(-9, 2**40),
    st.none() | FRACTION | st.sampled_from([0.0, -0.0, 1e-4, 9.99e-5, 1e15, 1e16, 0.1 + 0.2, 5e-324]),
    st.none() | FRACTION | st.sampled_from([0.005, 0.125, 2.675, -0.004, -0.0, 1e11, 0.995, 99.995]),
    st.none() | st.text(alphabet='aé ,"\n\r;', min_size=1, max_size=6),
    st.booleans(),
    st.none() | MOMENT,
    st.none() | MOMENT,
)


def as_pandas_writes(frame: pd.DataFrame) -> bytes:
    """The slow way: Python's formatting, value by value, and ``to_csv``."""
    frame = frame.copy()
    frame["fee_brl"] = frame["fee_brl"].map("{:.2f}".format, na_action="ignore")
    for name, column in COLUMNS.items():
        if column.kind in FORMATS:
            frame[name] = frame[name].dt.strftime(FORMATS[column.kind])
    return frame.to_csv(index=False, lineterminator="\n").encode()


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(ROW, min_size=1, max_size=12))
def test_csv_is_what_pandas_writes(tmp_path_factory, rows):
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("seen_on", "seen_at"):
        frame[name] = pd.to_datetime(frame[name])
    frame["share"] = pd.to_numeric(frame["share"])
    frame["fee_brl"] = pd.to_numeric(frame["fee_brl"])
    frame = conform(frame, TABLE)
    # The csv module leaves a lone carriage return bare or quotes it, by version; here it is always quoted.
    if frame["word"].str.contains("\r").any():
        frame["word"] = frame["word"].str.replace("\r", "\n")
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    files.write_table(frame, TABLE, path)
    assert path.read_bytes() == as_pandas_writes(frame)


def test_rows_beyond_one_portion_are_written_too(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_text, "ROWS", 7)
    table = Table("n", "n.csv", {"number": Column("int"), "word": Column("text")})
    frame = pd.DataFrame({"number": range(20), "word": [f"w{i}" for i in range(20)]})
    files.write_table(frame, table, tmp_path / "n.csv")
    assert (tmp_path / "n.csv").read_bytes() == frame.to_csv(index=False, lineterminator="\n").encode()


def test_an_infinite_share_is_written_as_python_writes_it(tmp_path):
    table = Table("n", "n.csv", {"share": Column("float")})
    files.write_table(pd.DataFrame({"share": [math.inf, 1.0]}), table, tmp_path / "n.csv")
    assert (tmp_path / "n.csv").read_text() == "share\ninf\n1.0\n"


@pytest.mark.parametrize(
    "name", [n for n, t in TABLES.items() if t.generated and (datasets_dir() / t.file).exists()]
)
def test_a_shipped_file_written_again_has_the_same_bytes(name, tmp_path):
    table = TABLES[name]
    shipped = datasets_dir() / table.file
    again = tmp_path / shipped.name
    files.write_table(read(table, shipped), table, again)
    assert again.read_bytes() == shipped.read_bytes()


def test_parquet_names_no_version_of_pandas(tmp_path):
    table = Table("n", "n.parquet", {"number": Column("int")})
    files.write_table(pd.DataFrame({"number": np.arange(3)}), table, tmp_path / "n.parquet")
    assert not pq.read_schema(tmp_path / "n.parquet").metadata

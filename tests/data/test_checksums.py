"""SHA256SUMS: complete, and in the format of sha256sum."""

import hashlib

from labkit.data import checksums, datasets_dir
from labkit.data.tables import TABLES


def test_every_data_file_has_its_checksum_and_no_other_has():
    folder = datasets_dir()
    files = {p.relative_to(folder).as_posix() for s in ("csv", "parquet") for p in folder.rglob(f"*.{s}")}
    assert set(checksums.read(folder)) == files == {table.file for table in TABLES.values()}


def test_lines_are_those_of_sha256sum_sorted_by_file(tmp_path):
    (tmp_path / "b.csv").write_bytes(b"b")
    (tmp_path / "a.csv").write_bytes(b"a")
    checksums.write(tmp_path, ["b.csv", "a.csv"])
    expected = "".join(f"{hashlib.sha256(t.encode()).hexdigest()}  {t}.csv\n" for t in "ab")
    assert (tmp_path / "SHA256SUMS").read_bytes() == expected.encode()


def test_text_files_have_unix_line_ends():
    for path in datasets_dir().rglob("*.csv"):
        assert b"\r" not in path.read_bytes(), path

"""labkit data restore: the same bytes again, or nothing."""

import pytest

from labkit.data import checksums, restore, restoring
from labkit.errors import LabkitError


def test_missing_and_changed_files_come_back_byte_for_byte(copied):
    (copied / "caramelo/nps.csv").unlink()
    (copied / "caramelo/orders.parquet").write_bytes(b"damaged")
    written = restore(["nps", "orders"])
    assert [path.name for path in written] == ["nps.csv", "orders.parquet"]
    expected = checksums.read(copied)
    for file in ("caramelo/nps.csv", "caramelo/orders.parquet"):
        assert checksums.digest(copied / file) == expected[file]


def test_real_data_cannot_be_generated():
    with pytest.raises(LabkitError, match=r"git restore datasets/cdnow/cdnow\.csv"):
        restore(["cdnow"])


def test_unknown_name_is_refused_before_anything_is_written(copied):
    (copied / "caramelo/nps.csv").unlink()
    with pytest.raises(LabkitError, match="no table 'npss'"):
        restore(["nps", "npss"])
    assert not (copied / "caramelo/nps.csv").exists()


def test_what_differs_from_the_published_file_is_not_put_in_place(copied):
    path = copied / "caramelo/campaigns.csv"
    before = path.read_bytes()
    sums = (copied / "SHA256SUMS").read_text(encoding="utf-8")
    spoiled = "".join(
        ("0" * 64 + line[64:] if "campaigns" in line else line) for line in sums.splitlines(keepends=True)
    )
    (copied / "SHA256SUMS").write_text(spoiled, encoding="utf-8")
    with pytest.raises(LabkitError, match=r"requirements\.lock"):
        restoring.restore(["campaigns"])
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.glob("*campaigns*")) == ["campaigns.csv"]

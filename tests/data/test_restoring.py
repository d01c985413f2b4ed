"""labkit data restore: the same bytes again, or nothing."""

import pytest

from labkit.data import checksums, restore
from labkit.errors import LabkitError
from labkit.world import generate


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


def test_what_differs_from_the_published_file_is_not_put_in_place(copied, monkeypatch):
    another = generate(100, seed=1)
    monkeypatch.setattr("labkit.world.generate", lambda *args, **kwargs: another)
    path = copied / "caramelo/nps.csv"
    before = path.read_bytes()
    with pytest.raises(LabkitError, match=r"differs from the published file.*requirements\.lock"):
        restore(["nps"])
    assert path.read_bytes() == before
    assert list(path.parent.glob(".*")) == []


def test_a_table_alone_needs_only_the_makers_it_rests_on(copied, monkeypatch):
    from labkit.world import build

    ran = []
    makers = tuple(_counted(make, ran) for make in build.MAKERS)
    monkeypatch.setattr(build, "MAKERS", makers)
    (copied / "caramelo/campaigns.csv").unlink()
    restore(["campaigns"])
    assert 0 < sum(people == 12_000 for people in ran) < len(makers) / 2


def _counted(make, ran):
    def run(draft):
        ran.append(len(draft.person_id))
        make(draft)

    return run

"""Variants for grading: the same every time, not to be guessed, and apart from the truth."""

import json
from collections import Counter

import pytest

from labkit.errors import LabkitError
from labkit.paths import ROOT
from labkit.world import COURSE_SEED, variants
from labkit.world.variants import read_secret, variant_number, variant_seed, write_variant

SECRET = b"a secret for the tests only"


def test_a_students_variant_is_the_same_every_time():
    assert variant_number(SECRET, "petlove", "s-17") == variant_number(SECRET, "petlove", "s-17")


def test_the_number_follows_hmac_sha256():
    # Worked with OpenSSL: printf '["labkit variant number", "petlove", "s-17"]' |
    #   openssl dgst -sha256 -hmac 'a secret for the tests only'
    digest = "5f3dd9dad6a1f94b2b3b319a09242203b1885a7075ab3afadfdf4558d6f67773"
    assert variant_number(SECRET, "petlove", "s-17", pool=36) == int(digest, 16) % 36 + 1


def test_students_spread_evenly_over_the_pool():
    counts = Counter(variant_number(SECRET, "petlove", f"s-{i}") for i in range(3_600))
    assert set(counts) == set(range(1, 37))
    expected = 3_600 / 36
    chi_square = sum((n - expected) ** 2 / expected for n in counts.values())
    assert chi_square < 66.6  # 99.9% point of chi-square with 35 degrees of freedom


def test_assignment_and_secret_each_change_the_variants():
    def of(secret: bytes, assignment: str) -> list[int]:
        return [variant_number(secret, assignment, f"s-{i}") for i in range(50)]

    first = of(SECRET, "petlove")
    assert first != of(SECRET, "other")
    assert first != of(SECRET + b"!", "petlove")


def test_parts_of_the_message_do_not_run_together():
    assert variant_seed(SECRET, "a1", 2) != variant_seed(SECRET, "a", 12)


def test_seeds_of_a_pool_differ_and_need_the_secret():
    seeds = [variant_seed(SECRET, "petlove", n) for n in range(1, 37)]
    assert len(set(seeds)) == 36
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert not set(seeds) & {variant_seed(SECRET + b"!", "petlove", n) for n in range(1, 37)}


def test_the_seed_of_the_course_is_never_a_variant(monkeypatch):
    draws = iter([COURSE_SEED << 193, 5 << 193])
    monkeypatch.setattr(variants, "_draw", lambda *parts: next(draws))
    assert variant_seed(SECRET, "petlove", 1) == 5


def test_nothing_visible_tells_the_seed_or_the_truth(tmp_path):
    seed = variant_seed(SECRET, "petlove", 3)
    chosen = ["customers", "orders", "truth/people"]
    write_variant(SECRET, "petlove", 3, tmp_path / "see", tmp_path / "truth", people=150, tables=chosen)
    visible = sorted(p.name for p in (tmp_path / "see").rglob("*"))
    assert visible == ["SHA256SUMS", "customers.csv", "manifest.json", "orders.parquet"]
    for path in (tmp_path / "see").iterdir():
        assert str(seed).encode() not in path.read_bytes()
    manifest = json.loads((tmp_path / "see/manifest.json").read_text())
    assert "seed" not in manifest
    assert (manifest["assignment"], manifest["variant"]) == ("petlove", 3)
    assert json.loads((tmp_path / "truth/manifest.json").read_text())["seed"] == seed
    assert len(list((tmp_path / "truth").glob("people.*"))) == 1


@pytest.mark.parametrize("bad", [b"", b"short"])
def test_a_secret_that_can_be_guessed_is_refused(bad):
    with pytest.raises(LabkitError, match=f"has {len(bad)} bytes, at least 16"):
        variant_number(bad, "petlove", "s-17")


def test_empty_ids_and_pools_are_refused():
    with pytest.raises(LabkitError, match="id of the student is empty"):
        variant_number(SECRET, "petlove", " ")
    with pytest.raises(LabkitError, match="id of the assignment is empty"):
        variant_seed(SECRET, "", 1)
    with pytest.raises(LabkitError, match="at least one variant, got 0"):
        variant_number(SECRET, "petlove", "s-17", pool=0)
    with pytest.raises(LabkitError, match="numbered from 1, got 0"):
        variant_seed(SECRET, "petlove", 0)


def test_the_secret_is_read_from_the_environment_or_a_file_of_ones_own(tmp_path):
    file = tmp_path / "secret"
    file.write_bytes(SECRET + b"\n")
    file.chmod(0o600)
    assert read_secret({variants.SECRET: SECRET.decode()}) == SECRET
    assert read_secret({variants.SECRET_FILE: str(file)}) == SECRET


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_secret_that_others_can_read_is_refused(tmp_path, mode):
    file = tmp_path / "secret"
    file.write_bytes(SECRET)
    file.chmod(mode)
    with pytest.raises(LabkitError, match=rf"can be read by others \(mode {mode:o}\).*chmod 600"):
        read_secret({variants.SECRET_FILE: str(file)})


def test_where_the_secret_may_not_be(tmp_path):
    with pytest.raises(LabkitError, match="Variants need a secret"):
        read_secret({})
    with pytest.raises(LabkitError, match="both set"):
        read_secret({variants.SECRET: "x" * 20, variants.SECRET_FILE: "y"})
    with pytest.raises(LabkitError, match="lies in the course"):
        read_secret({variants.SECRET_FILE: str(ROOT / "secret")})
    with pytest.raises(LabkitError, match="No such file"):
        read_secret({variants.SECRET_FILE: str(tmp_path / "none")})
    with pytest.raises(LabkitError, match="LABKIT_VARIANT_SECRET\\) has 0 bytes"):
        read_secret({variants.SECRET: ""})

"""``labkit identify`` from end to end: good files, and every kind of bad one."""

import contextlib
import io
import re
import shutil
import sys

import pandas as pd
import pytest

from labkit import cli
from labkit.identify import card, database
from labkit.world import generate

SOURCES = ("ecommerce", "shop", "clinic", "newsletter")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    wanted = [f"source_{name}" for name in SOURCES]
    wanted += ["truth/identity", "truth/people", "consents", "customers", "orders"]
    tables = generate(900, seed=79, tables=wanted).tables()
    for name in SOURCES:
        tables[f"source_{name}"].to_csv(folder / f"source_{name}.csv", index=False)
    identity = tables["truth/identity"].drop_duplicates("person_id").set_index("person_id")
    people = tables["truth/people"].drop_duplicates("customer_id").set_index("customer_id")
    who = identity.reindex(people["person_id"].reindex(tables["consents"]["customer_id"]))
    record = (who["source"] + ":" + who["record_id"]).to_numpy()
    consents = tables["consents"].assign(record=record).dropna(subset=["record"])
    consents.drop(columns="customer_id").to_csv(folder / "consents.csv", index=False)
    for name in ("customers", "orders"):  # these carry the company's own numbers
        tables[name].to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture
def folder(good, tmp_path):
    return shutil.copytree(good, tmp_path / "sources")


def labkit(*arguments):
    """Run ``labkit identify``; its exit code, and what it said."""
    said = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        patch.setattr(sys, "argv", ["labkit", "identify", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
    return end.value.code or 0, said.getvalue()


def table(path, name):
    with database.reading(path) as connection:
        return connection.execute(f'SELECT * FROM "{name}"').df()


@pytest.fixture(scope="module")
def run(good, tmp_path_factory):
    """What the command makes of the good files: the database, its exit code, what it said."""
    path = tmp_path_factory.mktemp("made") / "customers.duckdb"
    return path, *labkit("--sources", good, "--out", path, "--threads", 1)


@pytest.fixture(scope="module")
def made(run):
    return run[0]


def test_good_files_make_a_database_and_a_report(run):
    path, code, said = run
    assert code == 0, said
    assert "Set aside: 0 rows and 0 values" in said
    assert len(table(path, "customers")) > 700
    assert path.with_suffix(".html").is_file()


def test_the_report_needs_no_network_and_describes_its_pictures(made):
    page = made.with_suffix(".html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)
    alts = re.findall(r'<img alt="([^"]*)"', page)
    assert len(alts) == 5
    assert all(len(alt) > 20 for alt in alts)
    assert "Contactable base" in page


def test_the_card_of_a_customer_holds_the_whole_history(made):
    customers, records, consents = (table(made, name) for name in ("customers", "records", "consents"))
    who = customers[customers["customer_id"].isin(consents["customer_id"])].nlargest(1, "records")
    found = card.customer_card(
        made, records.loc[records["customer_id"] == who["customer_id"].item(), "record"].iloc[-1]
    )
    assert found.customer["customer_id"] == who["customer_id"].item()
    assert len(found.records) == who["records"].item()
    assert found.history["at"].is_monotonic_increasing
    assert set(found.history["what"]) >= {"registered", "consent"}
    assert found.customer["name"] in found._repr_html_()
    assert found.customer["name"] in str(found)


def test_orders_under_own_numbers_find_their_customers_and_none_is_lost(good, made):
    kept, given = table(made, "orders"), pd.read_csv(good / "orders.csv")
    assert sorted(kept["order_id"]) == sorted(given["order_id"])
    numbers = kept.set_index("order_id")["customer_number"]
    assert (numbers == given.set_index("order_id")["customer_id"].reindex(numbers.index)).all()
    on_a_card = kept.dropna(subset=["customer_id"])
    assert len(on_a_card) > 0.9 * len(kept)
    assert on_a_card.groupby("customer_number")["customer_id"].nunique().eq(1).all()
    found = card.customer_card(made, on_a_card["customer_id"].iloc[0])
    assert "order" in set(found.history["what"])


def test_one_query_answers_how_many_may_be_mailed(made):
    with database.reading(made) as connection:
        found = connection.execute(
            "SELECT count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM contact_points p WHERE "
            "p.customer_id = c.customer_id AND kind = 'email')"
        ).fetchone()[0]
    assert 0 < found <= len(table(made, "customers"))


BAD = {
    "a file of no bytes": (
        "source_clinic.csv",
        lambda text: "",
        "source_clinic.csv: the file is empty (0 bytes)",
    ),
    "a missing column": (
        "source_shop.csv",
        lambda text: text.replace("fone,", "telefone,", 1),
        "columns missing: fone",
    ),
    "dates the American way": (
        "source_shop.csv",
        lambda text: re.sub(r"(\d\d)/(\d\d)/(\d{4})$", r"\2/\1/\3", text, flags=re.M),
        "column dt_cadastro",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_file_that_cannot_be_used_stops_the_run_and_leaves_the_database(folder, made, tmp_path, fault):
    name, spoil, expected = BAD[fault]
    path = tmp_path / "c.duckdb"
    shutil.copy(made, path)
    before = path.read_bytes()
    (folder / name).write_text(spoil((folder / name).read_text(encoding="utf-8")), encoding="utf-8")
    code, said = labkit("--sources", folder, "--out", path)
    assert code == 2
    assert expected in said
    assert path.read_bytes() == before
    assert expected in path.with_suffix(".html").read_text(encoding="utf-8")


def test_with_go_on_the_other_files_are_used_in_any_encoding_with_doubled_and_broken_rows(
    folder, tmp_path, made
):
    (folder / "source_newsletter.csv").write_bytes(b"")
    shop = folder / "source_shop.csv"
    lines = shop.read_text(encoding="utf-8").splitlines()
    lines += [lines[1], "S999999,ONLY,THREE", lines[2].replace(",", ",X", 1)]
    shop.write_text("\n".join(lines) + "\n", encoding="utf-8")
    clinic = folder / "source_clinic.csv"
    pd.read_csv(clinic, dtype=str).to_csv(clinic, sep=";", index=False, encoding="cp1252")
    code, said = labkit("--sources", folder, "--out", tmp_path / "c.duckdb", "--go-on")
    assert code == 0, said
    assert "Left out: source_newsletter.csv" in said
    assert "read as Windows-1252" in said
    assert "separated by ';'" in said
    aside = table(tmp_path / "c.duckdb", "set_aside")
    assert aside["reason"].tolist() == [
        "repeats row 1",
        "3 fields, not 10",
        "the number stands in row 2 already",
    ]
    used, all_ = table(tmp_path / "c.duckdb", "records"), table(made, "records")
    assert set(used["source"]) == {"ecommerce", "shop", "clinic"}
    pd.testing.assert_series_equal(
        used["name"].sort_values(ignore_index=True),
        all_.loc[all_["source"] != "newsletter", "name"].sort_values(ignore_index=True),
    )


def test_neither_a_phone_that_everybody_shares_nor_blank_ones_merge_anybody(folder, tmp_path):
    shop, clinic = (pd.read_csv(folder / f"source_{name}.csv", dtype=str) for name in ("shop", "clinic"))
    shop.assign(fone="1130000000").to_csv(folder / "source_shop.csv", index=False)
    clinic.assign(telefone=None).to_csv(folder / "source_clinic.csv", index=False)
    code, said = labkit("--sources", folder, "--out", tmp_path / "c.duckdb")
    assert code == 0, said
    records = table(tmp_path / "c.duckdb", "records")
    assert records.loc[records["source"].isin(["shop", "clinic"]), "phone"].isna().all()
    aside = table(tmp_path / "c.duckdb", "set_aside")
    assert aside["value"].tolist() == ["+551130000000"]
    assert f"{len(shop):,} records have it" in aside["reason"].item()
    assert table(tmp_path / "c.duckdb", "customers")["records"].max() < 15


def test_a_feed_refreshes_the_database(folder, tmp_path, made):
    path = tmp_path / "c.duckdb"
    shutil.copy(made, path)
    for name in SOURCES:
        if name != "shop":
            (folder / f"source_{name}.csv").unlink()
    shop = pd.read_csv(folder / "source_shop.csv", dtype=str).tail(3)
    new = shop.iloc[[0]].assign(record_id="S900001")
    pd.concat([shop, new]).to_csv(folder / "source_shop.csv", index=False)
    code, said = labkit("--sources", folder, "--out", path, "--refresh")
    assert code == 0, said
    assert "1 new records, 0 changed, 3 as they were" in said


def test_a_company_brings_its_own_files(folder, tmp_path):
    own = pd.read_csv(folder / "source_ecommerce.csv", dtype=str)
    own = own.rename(
        columns={"nome_completo": "customer", "cpf": "tax", "celular": "mobile", "record_id": "id"}
    )
    other = tmp_path / "own"
    other.mkdir()
    own[["id", "customer", "tax", "mobile", "email"]].to_csv(other / "crm.csv", index=False)
    (tmp_path / "own.yaml").write_text(
        "sources:\n  crm: {file: crm.csv, record_id: id, name: customer, cpf: tax, phone: mobile, email: email}\n"
    )
    out = tmp_path / "c.duckdb"
    code, said = labkit("--sources", other, "--out", out, "--layout", tmp_path / "own.yaml")
    assert code == 0, said
    assert len(table(out, "records")) == len(own)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--sources", "nowhere"), "There is no folder nowhere"),
        ((), "Say where the files are"),
        (("--sources", ".", "--refresh", "--threshold", 3), "keeps the threshold"),
        (("--sources", ".", "--layout", "none.yaml"), "no description none.yaml"),
    ],
)
def test_a_wrong_call_is_refused_in_a_sentence(tmp_path, monkeypatch, arguments, expected):
    monkeypatch.chdir(tmp_path)
    code, said = labkit(*arguments)
    assert code == 2
    assert expected in said


def test_the_example_of_a_description_is_printed():
    code, said = labkit("--example")
    assert code == 0
    assert "record_id: id" in said

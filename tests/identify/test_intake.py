import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.identify.describing import BUILT_IN, EXAMPLE, read_description
from labkit.identify.intake import read_source

HEADER = "record_id,email,nome,origem,inscrito_em\n"
ANA = "N000001,ana@caixa.example,Ana Conceição,feira,2024-01-02\n"
BIA = "N000002,bia@caixa.example,Bia,feira,2024-01-03\n"
NEWSLETTER = BUILT_IN["newsletter"]


def taken_in(tmp_path, content, source=NEWSLETTER):
    path = tmp_path / source.file
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_source(path, source)


def test_a_good_file_is_taken_in_whole(tmp_path):
    read = taken_in(tmp_path, HEADER + ANA + BIA)
    assert read.usable
    assert read.notes == []
    assert read.table["nome"].tolist() == ["Ana Conceição", "Bia"]
    assert read.table.index.tolist() == [1, 2]
    assert read.aside.empty


@pytest.mark.parametrize(
    ("encoding", "said"), [("cp1252", "line 2"), ("utf-16", "utf-16"), ("utf-8-sig", None), ("utf-8", None)]
)
def test_another_encoding_is_read_and_said(tmp_path, encoding, said):
    read = taken_in(tmp_path, (HEADER + ANA).encode(encoding))
    assert read.table["nome"].tolist() == ["Ana Conceição"]
    assert (said in read.notes[0]) if said else read.notes == []


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_another_separator_is_read_and_said(tmp_path, separator):
    read = taken_in(tmp_path, (HEADER + ANA).replace(",", separator))
    assert read.table["nome"].tolist() == ["Ana Conceição"]
    assert repr(separator) in read.notes[0]


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "empty (0 bytes)"), (b" \n", "empty"), (HEADER.encode(), "no row below")]
)
def test_an_empty_file_is_a_fault(tmp_path, content, said):
    read = taken_in(tmp_path, content)
    assert said in read.faults[0]
    assert "source_newsletter.csv" in read.faults[0]


def test_a_missing_file_is_a_fault(tmp_path):
    assert "no such file" in read_source(tmp_path / "source_newsletter.csv", NEWSLETTER).faults[0]


def test_a_missing_column_is_a_fault_and_named(tmp_path):
    read = taken_in(tmp_path, HEADER.replace("email", "mail") + ANA)
    assert any("columns missing: email" in fault for fault in read.faults)


def test_rows_with_too_many_or_too_few_fields_are_kept_aside_with_their_text(tmp_path):
    read = taken_in(
        tmp_path, HEADER + ANA + "N000003,x@y.example\n" + BIA + "N000004,a,b,c,2024-01-01,more\n"
    )
    assert read.rows == 4
    assert read.table.index.tolist() == [1, 3]
    assert read.aside[["row", "value", "reason"]].values.tolist() == [
        [2, "N000003,x@y.example", "2 fields, not 5"],
        [4, "N000004,a,b,c,2024-01-01,more", "6 fields, not 5"],
    ]


def test_a_number_twice_keeps_the_first_row_and_sets_the_others_aside(tmp_path):
    other = "N000001,other@caixa.example,Otto,feira,2024-01-02\n"
    read = taken_in(tmp_path, HEADER + ANA + BIA + ANA + other + ",c@d.example,Caio,feira,2024-02-02\n")
    assert read.table["record_id"].tolist() == ["N000001", "N000002"]
    assert read.aside[["row", "reason"]].values.tolist() == [
        [3, "repeats row 1"],
        [4, "the number stands in row 1 already"],
        [5, "no record number"],
    ]
    assert "Otto" in read.aside.loc[1, "value"]


def test_a_value_that_breaks_the_contract_is_kept_aside_and_the_row_goes_on(tmp_path):
    rows = "".join(f"N{n:06d},a{n}@b.example,Ana,feira,2024-01-02\n" for n in range(1, 60))
    read = taken_in(tmp_path, HEADER + rows + "N000060,no address,Zeca,feira,2024-01-02\n")
    assert read.usable
    assert read.table.loc[60, "nome"] == "Zeca"
    assert pd.isna(read.table.loc[60, "email"])
    aside = read.aside.iloc[0]
    assert (aside["row"], aside["record_id"], aside["column"], aside["value"]) == (
        60,
        "N000060",
        "email",
        "no address",
    )


def test_nothing_is_lost_every_row_is_in_the_table_or_aside(tmp_path):
    content = HEADER + ANA + "x\n" + ANA + BIA + ",,,,\n" + '"open quote\n'
    read = taken_in(tmp_path, content)
    whole_rows = read.aside["column"].isna().sum()
    assert not read.usable or len(read.table) + whole_rows == read.rows


def test_a_company_describes_its_own_sources(tmp_path):
    (tmp_path / "d.yaml").write_text(EXAMPLE)
    source = read_description(tmp_path / "d.yaml")["shop"]
    assert source.layout.name == ("first_name", "last_name")
    assert source.trust == 2
    assert source.contract.columns["id"].unique
    assert source.contract.columns["postcode"].pattern == r"\d{5}-?\d{3}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources: [", "not YAML"),
        ("", "describes no source"),
        ("sources: {shop: {file: a.csv}}", "record_id, name must be said"),
        ("sources: {shop: {file: a.csv, record_id: i, name: n, fone: x}}", "fone is not known"),
        ("sources: {shop: {file: a.csv, record_id: i, name: n, trust: x}}", "trust is 'x'"),
        (
            "sources: {shop: {file: a.csv, record_id: i, name: n, columns: {n: {pattern: '('}}}}",
            "cannot be read",
        ),
    ],
)
def test_a_wrong_description_is_refused_with_its_reason(tmp_path, text, said):
    (tmp_path / "d.yaml").write_text(text)
    with pytest.raises(LabkitError, match=said.replace("(", r"\(")):
        read_description(tmp_path / "d.yaml")

"""lk.load and lk.card: types, copies, and errors that say what to do."""

import subprocess
import sys
import time

import pandas as pd
import pytest

from labkit import data
from labkit.data.tables import TABLES, dtype
from labkit.errors import LabkitError


@pytest.mark.parametrize("name", TABLES)
def test_columns_and_types_are_the_declared_ones(name):
    frame = data.load(name)
    assert list(frame.columns) == list(TABLES[name].columns)
    for column, declared in TABLES[name].columns.items():
        assert str(frame[column].dtype) == dtype(declared)


def test_each_caller_gets_a_copy():
    first = data.load("campaigns")
    first.loc[0, "name"] = "spoiled"
    assert data.load("campaigns").loc[0, "name"] == "Come back in May"


def test_blank_fields_are_missing():
    assert data.load("source_shop")["e_mail"].isna().mean() > 0.5


def test_unknown_name_lists_the_names_and_the_closest():
    with pytest.raises(LabkitError) as error:
        data.load("ordrs")
    assert "Did you mean 'orders'?" in str(error.value)
    assert "customers, orders, plans" in str(error.value)
    assert "truth" not in str(error.value)


def test_truth_is_not_loaded_by_accident():
    with pytest.raises(LabkitError, match=r'for scoring only, as lk\.load\("truth/identity"\)'):
        data.load("identity")
    assert len(data.load("truth/identity")) > 20_000


def test_missing_file_names_the_command_that_restores_it(copied):
    (copied / "caramelo/nps.csv").unlink()
    with pytest.raises(LabkitError, match="python -m labkit data restore nps"):
        data.load("nps")


def test_missing_real_file_is_restored_from_the_repository(copied):
    (copied / "cdnow/cdnow.csv").unlink()
    with pytest.raises(LabkitError, match=r"git restore datasets/cdnow/cdnow\.csv"):
        data.load("cdnow")


def test_changed_file_is_refused_with_what_was_found_and_expected(copied):
    path = copied / "caramelo/nps.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",10,", ",1,", 1), encoding="utf-8")
    with pytest.raises(LabkitError, match=r"checksum is \w{12}…, expected \w{12}….*data restore nps"):
        data.load("nps")


def test_file_changed_after_loading_is_noticed(copied):
    data.load("campaigns")
    path = copied / "caramelo/campaigns.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(LabkitError, match="was changed"):
        data.load("campaigns")


def test_file_that_the_list_of_checksums_lacks_is_refused(copied):
    (copied / "SHA256SUMS").write_text("", encoding="utf-8")
    with pytest.raises(LabkitError, match=r"does not name caramelo/nps\.csv"):
        data.load("nps")


def test_orders_load_in_well_under_a_second(copied):
    data.load("campaigns")  # pandas and the Parquet reader are imported by now
    start = time.process_time()  # not the clock, which counts what else the machine does
    data.load("orders")
    assert time.process_time() - start < 0.9  # it takes 0.05 s


def test_importing_data_loads_neither_pandera_nor_pandas():
    code = "import sys, labkit.data, labkit.world; print({'pandas', 'pandera', 'scipy', 'faker'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_card_shows_as_markdown():
    card = data.card("orders")
    assert card.startswith("# orders")
    assert card._repr_markdown_().replace(r"<span>\$</span>", "$") == str(card)
    assert "R$" not in card._repr_markdown_()


def test_card_of_unknown_table_is_an_error():
    with pytest.raises(LabkitError, match="Did you mean 'plans'"):
        data.card("plan")


def test_card_is_shown_in_the_language_in_force_where_there_is_one(copied, monkeypatch):
    (copied / "cards/orders.pt-BR.md").write_text("# pedidos\n", encoding="utf-8")
    monkeypatch.setenv("LABKIT_LANG", "pt-BR")
    assert data.card("orders") == "# pedidos\n"
    assert data.card("plans").startswith("# plans")


def test_datasets_folder_can_be_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATASETS", str(tmp_path))
    assert data.datasets_dir() == tmp_path
    with pytest.raises(LabkitError, match=str(tmp_path)):
        data.load("orders")


def test_loaded_frames_are_pandas_frames():
    assert isinstance(data.load("email_test"), pd.DataFrame)

import numpy as np
import pandas as pd
import pytest
from rapidfuzz import fuzz

from labkit.errors import LabkitError
from labkit.identify import compare, points

RECORDS = pd.DataFrame(
    {"name": ["ana lima", "ana paula lima", None], "cpf": ["1", "2", None], "phone": ["9", "9", None]},
    index=["r1", "r2", "r3"],
)
PAIRS = pd.DataFrame({"left": ["r1", "r1"], "right": ["r2", "r3"]})


def test_the_same_is_one_and_different_is_zero():
    comparison = compare(RECORDS, PAIRS, fields=["cpf", "phone"])
    assert comparison.loc[0, ["cpf", "phone"]].tolist() == [0.0, 1.0]


def test_a_blank_is_neither():
    assert compare(RECORDS, PAIRS, fields=["cpf", "phone"]).loc[1].isna().all()


def test_names_are_scored_by_the_scorer_asked_for():
    forgiving = compare(RECORDS, PAIRS, fields=[]).loc[0, "name"]
    strict = compare(RECORDS, PAIRS, fields=[], scorer=fuzz.ratio).loc[0, "name"]
    assert forgiving == 100.0  # every word of "ana lima" is in "ana paula lima"
    assert strict == pytest.approx(100 * 2 * 8 / 22)  # 8 letters in common, 22 in all


def test_points_add_up_and_blanks_count_nothing():
    comparison = pd.DataFrame({"cpf": [1, 0, np.nan], "phone": [1, 1, 0]})
    total = points(comparison, {"cpf": 4, "phone": 3}, {"cpf": -5})
    assert total.tolist() == [7, -2, 0]


def test_points_for_an_unknown_field_are_refused():
    with pytest.raises(LabkitError, match=r"no field 'rg'.*cpf, phone"):
        points(pd.DataFrame({"cpf": [1], "phone": [1]}), {"rg": 3})


def test_a_pair_of_an_unknown_record_is_refused():
    with pytest.raises(LabkitError, match="r9, which is not among the 3 records"):
        compare(RECORDS, pd.DataFrame({"left": ["r1"], "right": ["r9"]}), fields=["cpf"])

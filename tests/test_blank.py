import numpy as np
import pandas as pd
import pytest

from labkit import ____
from labkit.blank import is_blank


@pytest.mark.parametrize(
    "result",
    [
        ____ + 1,
        1 + ____,
        2 / ____,
        -____,
        ____ > 3,
        ____["column"],
        ____.mean(),
        ____(1, key=2),
        round(____, 2),
        np.float64(2.0) * ____,
        np.arange(3) + ____,
        pd.Series([1, 2]) + ____,
        pd.Series([1, 2]) > ____,
        pd.DataFrame({"a": [1]}) * ____,
    ],
)
def test_whatever_is_done_to_a_blank_stays_blank(result):
    assert is_blank(result)


@pytest.mark.parametrize("value", [None, ..., [1, ____], (____,), {"a": ____}])
def test_unfinished_answers_read_as_blank(value):
    assert is_blank(value)


@pytest.mark.parametrize("value", [0, "", False, [], np.nan, pd.Series(dtype=float)])
def test_empty_answers_are_answers(value):
    assert not is_blank(value)


def test_a_blank_is_false_and_empty():
    assert not ____
    assert list(____) == []
    assert repr(____) == "____"

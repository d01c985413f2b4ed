"""The examples in the documentation print what they say."""

import doctest

import pytest

from labkit.differentiate import bgnbd, gamma_gamma


@pytest.mark.parametrize("module", [bgnbd, gamma_gamma], ids=lambda module: module.__name__)
def test_examples(module):
    results = doctest.testmod(module)
    assert results.attempted >= 3
    assert results.failed == 0

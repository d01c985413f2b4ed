from labkit.prices import SAFE, protected


def test_prices_in_prose_are_protected():
    assert protected("from R$ 50 to R$ 300") == f"from R{SAFE} 50 to R{SAFE} 300"


def test_code_is_left_alone():
    text = 'see `unit="R$"` and\n\n```python\nprint("R$ 5")\n```\n\nfor R$ 5'
    assert protected(text) == text.replace("for R$ 5", f"for R{SAFE} 5")


def test_dollars_are_protected_too():
    assert protected("US$ 142, $5") == f"US{SAFE} 142, {SAFE}5"


def test_a_formula_stays_a_formula():
    assert protected("$x = y$") == "$x = y$"


def test_protecting_twice_changes_nothing_more():
    once = protected("R$ 1, US$ 2, $ 3")
    assert protected(once) == once

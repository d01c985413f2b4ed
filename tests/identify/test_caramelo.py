from labkit.identify import caramelo


def test_the_cleaned_records_are_worked_out_once_and_cannot_be_spoilt():
    first = caramelo.records()
    assert list(first.columns[:2]) == ["source", "registered"]
    first["cpf"] = None
    assert caramelo.records()["cpf"].notna().any()

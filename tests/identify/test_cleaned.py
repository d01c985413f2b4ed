from labkit.identify import cleaned


def test_the_cleaned_records_are_worked_out_once_and_cannot_be_spoilt():
    first = cleaned.records()
    assert list(first.columns[:2]) == ["source", "registered"]
    first["cpf"] = None
    assert cleaned.records()["cpf"].notna().any()

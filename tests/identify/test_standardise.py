import numpy as np
import pandas as pd
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.br import cpf

from labkit.identify import standardise

TODAY = pd.Timestamp("2025-12-31")


def one(function, text, *args):
    value = function(pd.Series([text], dtype="str"), *args).iloc[0]
    return None if pd.isna(value) else value


@pytest.mark.parametrize(
    ("full_name", "name", "first", "last", "suffix"),
    [
        ("João  da Silva", "joao silva", "joao", "silva", None),
        ("MARIA CLARA DOS SANTOS", "maria clara santos", "maria", "santos", None),
        ("André Andrade Pinto Júnior", "andre andrade pinto", "andre", "pinto", "junior"),
        ("Ana C. S. Lima", "ana c s lima", "ana", "lima", None),
        ("Marcia", "marcia", "marcia", None, None),
        ("Neto", "neto", "neto", None, None),
        ("D'Ávila, Rosa", "d avila rosa", "d", "rosa", None),
        ("  ", None, None, None, None),
        (None, None, None, None, None),
    ],
)
def test_names_are_taken_apart(full_name, name, first, last, suffix):
    parts = standardise.names(pd.Series([full_name], dtype="str")).iloc[0]
    assert [None if pd.isna(part) else part for part in parts] == [name, first, last, suffix]


@pytest.mark.parametrize(
    ("first", "call_name"),
    [("chico", "francisco"), ("pedrinho", "pedr"), ("luizinho", "lui"), ("tati", "tati"), ("linha", "linha")],
)
def test_short_forms_are_undone_as_far_as_they_can_be(first, call_name):
    assert one(standardise.call_names, first) == call_name


@pytest.mark.parametrize(
    ("written", "cpf"),
    [
        ("390.533.447-05", "39053344705"),  # the textbook example of a valid CPF
        ("39053344705", "39053344705"),
        ("390.533.447-06", None),  # check digit
        ("73846619", "00073846619"),  # three leading zeros lost
        ("73846618", None),
        ("1234567890", "01234567890"),  # leading zero lost
        ("000.000.000-00", None),
        ("11111111111", None),  # passes the check digits, and is nobody's
        ("", None),
        (None, None),
    ],
)
def test_cpf_is_eleven_valid_digits_or_blank(written, cpf):
    assert one(standardise.cpf, written) == cpf


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("(11) 98765-4321", "+5511987654321"),
        ("11 98765 4321", "+5511987654321"),
        ("+55 11 98765-4321", "+5511987654321"),
        ("98765-4321", None),  # without an area code it is no one's in particular
        ("não tem", None),
        ("", None),
    ],
)
def test_phone_is_e164_or_blank(written, phone):
    assert one(standardise.phone, written) == phone


@pytest.mark.parametrize(
    ("written", "email"),
    [
        (" Ana.Lima@Caixa.EXAMPLE ", "ana.lima@caixa.example"),
        ("ana.lima", None),
        ("ana@lima", None),
        ("@caixa.example", None),
        ("a b@caixa.example", None),
        ("a@b@caixa.example", None),
    ],
)
def test_email_is_lower_case_or_blank(written, email):
    assert one(standardise.email, written) == email


@pytest.mark.parametrize(
    ("written", "date_format", "date"),
    [
        ("1967-04-26", "%Y-%m-%d", "1967-04-26"),
        ("06/03/1999", "%d/%m/%Y", "1999-03-06"),
        ("06/03/98", "%d/%m/%y", "1998-03-06"),
        ("06/03/39", "%d/%m/%y", "1939-03-06"),  # nobody is born in 2039 yet
        ("06/03/07", "%d/%m/%y", "2007-03-06"),
        ("01/01/1900", "%d/%m/%Y", None),
        ("31/02/1980", "%d/%m/%Y", None),
        ("", "%d/%m/%Y", None),
    ],
)
def test_birth_dates_are_dates_or_blank(written, date_format, date):
    found = one(standardise.birth_date, written, date_format, TODAY)
    assert found == (None if date is None else pd.Timestamp(date))


@pytest.mark.parametrize(
    ("street", "number", "address"),
    [
        ("Rua dos Canários", "2164", "rua dos canarios 2164"),
        ("R. dos Canários, 2164 ap 193", None, "rua dos canarios 2164"),
        ("Av. Paulista, 1000", None, "avenida paulista 1000"),
        ("Rua sem número", "", None),
        ("Rua sem número", None, None),
    ],
)
def test_address_is_street_and_number_or_blank(street, number, address):
    numbers = None if number is None else pd.Series([number], dtype="str")
    assert one(standardise.street_address, street, numbers) == address


@pytest.mark.parametrize(
    ("written", "cep"), [("01270-778", "01270778"), ("1270778", None), ("00000-000", None)]
)
def test_cep_is_eight_digits_or_blank(written, cep):
    assert one(standardise.cep, written) == cep


def test_city_is_in_plain_letters_without_its_state():
    column = pd.Series(["Santos/SP", "SANTOS", "São  Paulo", "/SP", " ", None], dtype="str")
    assert standardise.city(column).fillna("blank").tolist() == [
        "santos",
        "santos",
        "sao paulo",
        *["blank"] * 3,
    ]


def test_a_column_without_a_single_value_stays_blank():
    blank = pd.Series([None, None], dtype="str")
    for function in (standardise.cpf, standardise.phone, standardise.email, standardise.cep):
        assert function(blank).isna().all()


WRITTEN = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["R. Augusta, 5 ap 2", "João Filho Júnior", "00.5@x.Y", "+55 (11) 98765-4321", "ℌ da SILVA"]
    ),
    st.from_regex(r"[(]?[0-9]{2}[)]? ?9?[0-9]{4}-?[0-9]{4}", fullmatch=True),
    st.from_regex(r"[0-9]{5}-?[0-9]{3}", fullmatch=True),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(WRITTEN, min_size=1, max_size=5))
def test_standardising_twice_is_standardising_once(texts):
    column = pd.Series(texts, dtype="str")
    for function in (
        standardise.cpf,
        standardise.phone,
        standardise.email,
        standardise.cep,
        standardise.street_address,
    ):
        once = function(column)
        pd.testing.assert_series_equal(function(once), once)
    name = standardise.names(column)["name"]
    pd.testing.assert_series_equal(standardise.names(name)["name"], name)


def test_standardising_dates_twice_is_standardising_once():
    once = standardise.birth_date(pd.Series(["31/12/69", "01/01/00", "x", None]), "%d/%m/%y", TODAY)
    pd.testing.assert_series_equal(standardise.birth_date(once, "%d/%m/%y", TODAY), once)


def test_check_digits_fit_where_the_standard_says_so():
    rng = np.random.default_rng(6)
    drawn = ["".join(map(str, rng.integers(10, size=rng.choice([10, 11, 12])))) for _ in range(300)]
    ended = [f"{digits[:9]}{end:02}" for digits in drawn[:20] for end in range(100)]
    for number in drawn + ended:
        assert standardise._check_digits_fit(number) == cpf.is_valid(number), number
    assert sum(map(standardise._check_digits_fit, ended)) == 20, (
        "of the hundred endings of nine digits, one fits"
    )


def test_the_short_way_for_phones_says_what_the_numbering_plan_says():
    rng = np.random.default_rng(5)
    short = standardise._usual_phone("BR")
    taken = 0
    for _ in range(3_000):
        length = rng.integers(10, 12)
        digits = "".join(map(str, rng.integers(0, 10, length)))
        digits = digits[:2] + "9" * int(length == 11) + digits[2 + int(length == 11) :]
        text = ["{}", "+55{}", "+55 {}"][rng.integers(3)].format(
            f"({digits[:2]}) {digits[2:-4]}-{digits[-4:]}"
        )
        quick = short(text)
        if quick:
            taken += 1
            number = phonenumbers.parse(text, "BR")
            assert phonenumbers.is_valid_number(number)
            assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == quick
    assert taken > 500

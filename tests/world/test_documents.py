"""CPF, mobiles, e-mails: valid in form, fictional in content."""

import email_validator
import numpy as np
import pandas as pd
import phonenumbers
import pytest
from stdnum.br import cpf

from labkit.errors import LabkitError
from labkit.world import lists
from labkit.world.documents import cpf_check_digits, cpf_numbers, email_addresses, mobile_numbers, plain
from labkit.world.streams import stream


def test_check_digits_of_a_known_number():
    # 111.444.777-35 is the textbook example of a valid CPF.
    assert cpf_check_digits(np.array([111444777])).tolist() == [11144477735]


def test_every_cpf_is_valid_different_and_begins_with_00():
    numbers = cpf_numbers(5_000, stream(1, "cpf"))
    assert all(cpf.is_valid(n) for n in numbers)
    assert len(set(numbers)) == 5_000
    assert all(n.startswith("00") for n in numbers)


def test_more_people_than_cpf_numbers_is_refused():
    with pytest.raises(LabkitError, match="At most 9,999,999"):
        cpf_numbers(10_000_000, stream(1, "cpf"))


def test_mobiles_are_valid_in_every_city_and_begin_with_90():
    ddd = lists.places()["ddd"]
    for number in mobile_numbers(len(ddd), ddd, stream(1, "mobile")):
        parsed = phonenumbers.parse(number, "BR")
        assert phonenumbers.is_valid_number(parsed)
        assert phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
        assert number[2:4] == "90"


def test_addresses_are_valid_and_end_in_example(world):
    for address in world.source_ecommerce["email"].head(400):
        checked = email_validator.validate_email(address, check_deliverability=False)
        assert checked.domain.endswith(".example")


def test_plain_drops_accents_only():
    assert plain("João Conceição Müller") == "Joao Conceicao Muller"


def test_every_address_is_ones_own_however_many_bear_the_name():
    crowd = pd.DataFrame({"given": ["Ana Clara"] * 6_000, "surname_before": "da Silva"})
    crowd["birth"] = np.datetime64("1980-05-05")
    columns = email_addresses(crowd, stream(1, "reach"))
    addresses = [a for column in columns for a in column.to_pylist()]
    assert len(set(addresses)) == len(addresses) == 18_000
    assert (
        sum(a.startswith("ana.silva@") for a in addresses) == 5
    )  # one a domain, and the others with a number


def test_the_first_of_a_name_gets_the_plain_address():
    pair = pd.DataFrame({"given": ["João", "João"], "surname_before": ["Conceição", "Conceição"]})
    pair["birth"] = np.datetime64("1980-05-05")
    for seed in range(40):
        own, _other, family = (column.to_pylist() for column in email_addresses(pair, stream(seed, "reach")))
        assert all(a.startswith("familia.conceicao") for a in family)
        if own[0].startswith("joao.conceicao@"):
            assert own[1] != own[0]
            break
    else:
        pytest.fail("no seed of 40 gave the commonest style to the first person")

import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.identify import SourceLayout, stack_sources

SHOP = pd.DataFrame(
    {
        "record_id": ["S1"],
        "nome": ["JOAO DA SILVA JUNIOR"],
        "nr_cpf": ["1234567890"],
        "fone": ["11987654321"],
        "dt_nasc": ["06/03/1980"],
        "e_mail": [""],
        "cep": ["01310100"],
        "cidade": ["SAO PAULO"],
        "loja": ["L01"],
        "dt_cadastro": ["01/02/2024"],
    }
)
CLINIC = pd.DataFrame(
    {
        "record_id": ["C1", "C2"],
        "tutor_nome": ["João", "Bia"],
        "tutor_sobrenome": ["da Silva", None],
        "cpf_tutor": ["012.345.678-90", ""],
        "telefone": ["11 98765 4321", None],
        "nasc": ["06/03/80", ""],
        "email_contato": ["JOAO@CAIXA.EXAMPLE", ""],
        "endereco": ["Av. Paulista, 1000", "R. Augusta, 5"],
        "municipio": ["São Paulo/SP", "Santos/SP"],
    }
)


def test_two_systems_say_the_same_of_one_person_in_one_form():
    records = stack_sources({"shop": SHOP, "clinic": CLINIC})
    shop, clinic = records.loc["shop:S1"], records.loc["clinic:C1"]
    for field in ("name", "first", "last", "cpf", "birth_date", "phone", "city"):
        assert shop[field] == clinic[field], field
    assert shop["suffix"] == "junior"
    assert pd.isna(clinic["suffix"])


def test_what_a_source_does_not_ask_or_know_is_blank():
    records = stack_sources({"shop": SHOP, "clinic": CLINIC})
    assert pd.isna(records.loc["shop:S1", "address"])
    assert pd.isna(records.loc["shop:S1", "email"])
    assert records.loc["clinic:C2", ["last", "cpf", "birth_date", "phone", "email", "cep"]].isna().all()


def test_records_keep_their_order_and_no_record_is_lost():
    assert stack_sources({"clinic": CLINIC, "shop": SHOP}).index.tolist() == [
        "clinic:C1",
        "clinic:C2",
        "shop:S1",
    ]


def test_a_company_describes_its_own_layout():
    rival = pd.DataFrame({"id": ["7"], "cliente": ["Ana Lima"], "nascimento": ["1990-02-01"]})
    layout = SourceLayout(name=("cliente",), birth_date="nascimento", record_id="id")
    records = stack_sources({"rival": rival}, {"rival": layout})
    assert records.loc["rival:7", "birth_date"] == pd.Timestamp("1990-02-01")


def test_a_missing_column_is_named():
    with pytest.raises(LabkitError, match=r"'shop' lacks the columns fone\. It has: record_id, nome"):
        stack_sources({"shop": SHOP.drop(columns="fone")})


def test_a_record_id_used_twice_is_named_with_its_row():
    twice = pd.concat([SHOP, SHOP], ignore_index=True)
    with pytest.raises(LabkitError, match="record id S1 in row 2"):
        stack_sources({"shop": twice})


def test_a_source_without_layout_is_refused():
    with pytest.raises(LabkitError, match="'warehouse' has no layout"):
        stack_sources({"warehouse": SHOP})

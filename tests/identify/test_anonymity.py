import hashlib
import hmac

import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.identify import anonymity

KEY = bytes(range(32))


def test_a_pseudonym_is_the_keyed_hash_and_blanks_stay_blank():
    found = anonymity.pseudonyms(pd.Series(["39053344705", None, "39053344705"]), KEY)
    expected = hmac.new(KEY, b"39053344705", hashlib.sha256).hexdigest()[:32]
    assert found.iloc[0] == found.iloc[2] == expected
    assert pd.isna(found.iloc[1])


def test_another_key_makes_other_pseudonyms():
    ids = pd.Series(["1", "2"])
    assert not set(anonymity.pseudonyms(ids, KEY)) & set(anonymity.pseudonyms(ids, KEY[::-1]))


def test_a_key_is_written_once_and_read_again(tmp_path):
    key = anonymity.new_key(tmp_path / "key")
    assert anonymity.read_key(tmp_path / "key") == key
    with pytest.raises(LabkitError, match="exists"):
        anonymity.new_key(tmp_path / "key")


def test_a_short_key_is_refused(tmp_path):
    with pytest.raises(LabkitError, match="has 3 bytes"):
        anonymity.pseudonyms(pd.Series(["1"]), b"abc")
    (tmp_path / "key").write_text("no key")
    with pytest.raises(LabkitError, match="holds no key"):
        anonymity.read_key(tmp_path / "key")


PEOPLE = pd.DataFrame(
    {
        "cep": ["01310100", "01310200", "01310200", "04538132", "04538133", "04538134"],
        "born": ["1980", "1980", "1980", "1991", "1991", "1991"],
    }
)
LADDERS = {"cep": [lambda c: c.str[:5], anonymity.hidden], "born": [lambda c: c.str[:3], anonymity.hidden]}


def test_k_is_the_smallest_group():
    assert anonymity.k_anonymity(PEOPLE, ["cep", "born"]) == 1
    assert anonymity.k_anonymity(PEOPLE, ["born"]) == 3
    assert anonymity.k_anonymity(PEOPLE.head(0), ["born"]) == 0


def test_no_more_is_generalised_than_needed():
    found = anonymity.generalise(PEOPLE, LADDERS, k=3, most_suppressed=0)
    assert found.steps == {"cep": 1, "born": 0}
    assert (found.k, found.suppressed) == (3, 0)
    assert found.table["born"].tolist() == PEOPLE["born"].tolist()


def test_rows_that_stand_out_may_be_left_out_instead():
    odd = pd.concat([PEOPLE, pd.DataFrame({"cep": ["99999999"], "born": ["1920"]})], ignore_index=True)
    found = anonymity.generalise(odd, LADDERS, k=3, most_suppressed=0.2)
    assert found.suppressed == 1
    assert found.k == 3


def test_what_cannot_be_reached_is_said():
    with pytest.raises(LabkitError, match="groups of 7"):
        anonymity.generalise(PEOPLE, LADDERS, k=7)


def test_candidates_are_all_valid_cpf_of_a_range():
    from stdnum.br import cpf

    found = anonymity.cpf_candidates(390_533_400, 390_533_500)
    assert len(set(found)) == 100
    assert all(cpf.is_valid(each) for each in found)
    assert "39053344705" in found
    assert anonymity.cpf_candidates(0, 2) == ["00000000000", "00000000191"]

import pytest

from labkit import i18n
from labkit.i18n import LANGUAGES, _, language, ngettext, normalise, speaking, use_language


@pytest.fixture(autouse=True)
def no_choice(monkeypatch):
    for variable in ("LABKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(i18n, "_chosen", None)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("pt_BR.UTF-8", "pt-BR"),
        ("pt-BR", "pt-BR"),
        ("pt", "pt-BR"),
        ("en_US.UTF-8", "en"),
        ("C.UTF-8", "en"),
        ("de_DE", None),
    ],
)
def test_locale_tags(tag, expected):
    assert normalise(tag) == expected


def test_english_without_any_locale():
    assert language() == "en"


def test_locale_of_the_machine_decides(monkeypatch):
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    assert language() == "pt-BR"


def test_labkit_lang_wins_over_the_locale(monkeypatch):
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    monkeypatch.setenv("LABKIT_LANG", "en")
    assert language() == "en"


def test_an_unknown_locale_is_answered_in_english(monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert language() == "en"


def test_an_unknown_choice_names_the_languages_there_are():
    with pytest.raises(ValueError, match="en, pt-BR"):
        use_language("klingon")


def test_speaking_returns_to_the_language_before():
    use_language("en")
    with speaking("pt-BR"):
        assert language() == "pt-BR"
    assert language() == "en"


def test_a_message_is_translated_when_it_is_shown():
    message = i18n.N_("Correct")
    assert _(message) == "Correct"
    with speaking("pt-BR"):
        assert _(message) == "Certo"


def test_plural_forms():
    one, many = "{solved} of {n} exercise solved", "{solved} of {n} exercises solved"
    assert ngettext(one, many, 1) == one
    assert ngettext(one, many, 2) == many


def test_no_translation_of_the_empty_message():
    """gettext answers the empty message with the catalogue's header."""
    with speaking(LANGUAGES[1]):
        assert _("") == ""

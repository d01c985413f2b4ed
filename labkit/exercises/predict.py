"""Prediction beside result, and decisions that are made before their price is shown."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labkit.blank import is_blank
from labkit.errors import LabkitError
from labkit.exercises.feedback import Feedback
from labkit.exercises.values import is_number, plain
from labkit.i18n import _

# How the unit of a share begins or what it names, in the languages of the course: "of the customers", "share of margin".
_SHARE = re.compile(
    r"^(of (the|all|those)|d[ao]s?|de tod[ao]s|daquel[ae]s)\b|\b(share|proportion|parcela|proporção|fração)\b",
    re.IGNORECASE,
)


def number(value: float, decimals: int) -> str:
    """A number for reading, with thousands set apart: 12,345.6."""
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def compare(predicted: Any, actual: Any, unit: str = "", decimals: int = 2) -> Feedback:
    """Show a prediction beside the result.

    Parameters
    ----------
    predicted : float or str or blank
        What the learner typed before looking.
    actual : float or str
        What the data say.
    unit : str
        Said after the numbers: "share of margin", "R$".
    decimals : int
        Decimals shown.
    """
    actual = plain(actual)
    if not is_number(actual):
        return _compare_choice(predicted, str(actual))
    result = _with_unit(number(actual, decimals), unit)
    if is_blank(predicted):
        return Feedback(
            "note",
            _("You typed no prediction. The result: {result}.").format(result=result),
            label=_("Predict first"),
        )
    if not is_number(predicted):
        raise LabkitError(
            _(
                "A prediction must be a number here; {found!r} was found. Type it without a unit, with a point for decimals."
            ).format(found=predicted)
        )
    gap = float(plain(predicted)) - actual
    said = _("You predicted {predicted}; it is {result}.").format(
        predicted=number(float(plain(predicted)), decimals), result=result
    )
    reading = _other_scale(float(plain(predicted)), actual, unit, decimals) or _gap(gap, actual, decimals)
    return Feedback("note", f"{said} {reading}", label=_("Prediction and result"))


def _other_scale(predicted: float, actual: float, unit: str, decimals: int) -> str:
    """A share typed as percent, or percent as a share: the gap would say nothing."""
    is_share = decimals > 0 and _SHARE.search(
        unit.strip()
    )  # without decimals it is a count: one "of the ten"
    if is_share and 0 < abs(actual) <= 1 < abs(predicted) <= 100 and abs(predicted) > 5 * abs(actual):
        return _("A number between 0 and 1 was asked; if you meant percent, type {share}.").format(
            share=f"{predicted / 100:g}"
        )
    in_percent = any(word in unit.lower() for word in ("percent", "%", "point", "por cento", "ponto"))
    if in_percent and 0 < abs(predicted) < 1 < abs(actual):
        return _("The result is in {unit}; if you meant a share, type {percent}.").format(
            unit=unit, percent=f"{predicted * 100:g}"
        )
    return ""


def _gap(gap: float, actual: float, decimals: int) -> str:
    if round(abs(gap), decimals) == 0:
        return _("You were right.")
    text = _("You were {gap} too high") if gap > 0 else _("You were {gap} too low")
    text = text.format(gap=number(abs(gap), decimals))
    ratio = (actual + gap) / actual if actual else 0
    if ratio >= 2:
        return text + _(": {ratio} times the result.").format(ratio=number(ratio, 1))
    return text + "."


def _compare_choice(predicted: Any, actual: str) -> Feedback:
    if is_blank(predicted):
        return Feedback(
            "note",
            _("You typed no prediction. The result: {result}.").format(result=actual),
            label=_("Predict first"),
        )
    right = str(predicted).strip().casefold() == actual.strip().casefold()
    praise = _("You were right.")
    said = _("You predicted {predicted}; it is {result}.").format(predicted=predicted, result=actual)
    return Feedback("note", f"{said} {praise}" if right else said, label=_("Prediction and result"))


def _with_unit(text: str, unit: str) -> str:
    if not unit:
        return text
    return f"{unit} {text}" if unit.endswith("$") else f"{text} {unit}"


@dataclass(frozen=True)
class Outcomes:
    """What every option brings, with the learner's choice marked."""

    choice: str
    values: Mapping[str, float]
    unit: str
    decimals: int

    def __repr__(self) -> str:
        width = max(len(option) for option in self.values)
        rows = [
            f"{'→' if option == self.choice else ' '} {option:<{width}}  {_with_unit(number(value, self.decimals), self.unit)}"
            for option, value in self._ranked()
        ]
        return "\n".join([*rows, self._reading()])

    def _repr_html_(self) -> str:
        # Messages stand outside the f-strings: there the collector of messages does not look.
        decision, brings, yours = (
            html.escape(_("decision")),
            html.escape(_("what it brings")),
            _("your choice"),
        )
        cell = "padding:.2em .8em;border-bottom:1px solid #ccc"
        rows = "".join(
            f'<tr style="{"font-weight:bold" if option == self.choice else ""}">'
            f'<td style="{cell};text-align:left">{html.escape(option)}'
            f"{' ← ' + html.escape(yours) if option == self.choice else ''}</td>"
            f'<td style="{cell};text-align:right">{html.escape(_with_unit(number(value, self.decimals), self.unit))}</td></tr>'
            for option, value in self._ranked()
        )
        return (
            f'<div class="mathjax_ignore"><table><thead><tr><th scope="col" style="text-align:left">{decision}</th>'
            f'<th scope="col" style="text-align:right">{brings}</th></tr></thead>'
            f"<tbody>{rows}</tbody></table><p>{html.escape(self._reading())}</p></div>"
        )

    def _ranked(self) -> list[tuple[str, float]]:
        return sorted(self.values.items(), key=lambda pair: (-pair[1], pair[0]))

    def _reading(self) -> str:
        best, value = self._ranked()[0]
        # Of the numbers as they are shown, so that a reader can subtract them.
        behind = round(value, self.decimals) - round(self.values[self.choice], self.decimals)
        if behind <= 0:
            return _("Nothing here brings more than your decision.")
        return _("Your decision brings {gap} less than “{best}”.").format(
            gap=_with_unit(number(behind, self.decimals), self.unit), best=best
        )


def decide(
    choice: Any, outcomes: Mapping[str, float], unit: str = "R$", decimals: int = 0
) -> Feedback | Outcomes:
    """Show what each option brings, once the learner has committed to one.

    Parameters
    ----------
    choice : str or blank
        One of the options, compared without regard to case.
    outcomes : mapping of str to float
        Option → what it brings, in `unit`; higher is better.

    Raises
    ------
    LabkitError
        If the choice is not one of the options.
    """
    options = ", ".join(f"“{option}”" for option in outcomes)
    if is_blank(choice):
        return Feedback(
            "not answered", _("Commit to one first: {options}.").format(options=options), label=_("Decide")
        )
    for option in outcomes:
        if str(choice).strip().casefold() == option.casefold():
            return Outcomes(
                option, {key: float(plain(value)) for key, value in outcomes.items()}, unit, decimals
            )
    raise LabkitError(
        _("{found!r} is not one of the options: {options}.").format(found=choice, options=options)
    )

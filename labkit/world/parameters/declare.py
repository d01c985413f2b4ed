"""How a parameter is declared: value, unit, meaning, and a citation or the word "assumed"."""

from __future__ import annotations

from dataclasses import field
from typing import Any

FADER_HARDIE_2005 = "Fader, Hardie & Lee 2005, Marketing Science 24(2)"
HILLSTROM = "MineThatData e-mail challenge (Hillstrom 2008)"
SBG = (
    "Fader & Hardie 2007, J. Interactive Marketing 21(1): fit to survival .869 .743 .653 .593 .551 .517 .491"
)
ASSUMED = "assumed"


def known(value: Any, unit: str, meaning: str, source: str = ASSUMED) -> Any:
    """Declare a parameter."""
    return field(default=value, metadata={"unit": unit, "meaning": meaning, "source": source})

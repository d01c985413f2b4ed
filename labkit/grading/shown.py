"""What a student's cells showed when they were run, in a form that cannot act: plain text, and bare pictures.

Of what a notebook can hold, HTML, SVG, scripts, LaTeX, widgets and anything that is fetched stay behind; a
table is shown by its text. Nothing here comes from the key: of two runs of a submission it is the first,
which has no reference answers in it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_TEXT = 2_000
"""Characters of one question's cell: enough to find an error, too few to carry the graded data out."""

MOST_PICTURES = 3
MOST_BYTES = 300_000
"""Of one picture."""

MOST_PIXELS = 4_000_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"pHYs"}
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)", re.DOTALL)
# Controls but for tab and line feed, and the marks that turn the direction of writing round.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)


@dataclass(frozen=True)
class Shown:
    """What one cell showed.

    Attributes
    ----------
    text : str
        Streams, results and errors, in their order.
    pictures : tuple of bytes
        PNG.
    """

    text: str = ""
    pictures: tuple[bytes, ...] = ()


def by_cell(executed: Path) -> dict[str, Shown]:
    """What the cells of an executed notebook showed, by cell id; empty if there is no such file."""
    try:
        nb = json.loads(executed.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {cell["id"]: of(cell) for cell in nb["cells"] if cell["cell_type"] == "code" and cell["outputs"]}


def of(cell: Mapping[str, Any]) -> Shown:
    """What one cell showed."""
    texts, pictures = [], []
    for output in cell["outputs"]:
        data = output.get("data", {})
        if output["output_type"] == "stream":
            texts.append(_joined(output.get("text")))
        elif output["output_type"] == "error":
            texts.append(f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}\n")
        elif (picture := bare_png(data.get("image/png"))) is not None and len(pictures) < MOST_PICTURES:
            pictures.append(picture)
        elif "image/png" not in data:
            texts.append(f"{_joined(data.get('text/plain'))}\n")
    return Shown(plain("".join(texts)), tuple(pictures))


def plain(text: str) -> str:
    """Text without escape sequences and controls, cut where it is long."""
    text = _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n")[: 4 * MOST_TEXT])).strip("\n")
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…"


def bare_png(encoded: Any) -> bytes | None:
    """A PNG reduced to its picture: no text, profile or trailing data; None if it is not one, or too large."""
    try:
        data = base64.b64decode(re.sub(r"\s", "", _joined(encoded)), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not data.startswith(_SIGNATURE) or len(data) > MOST_BYTES:
        return None
    kept, place = [_SIGNATURE], len(_SIGNATURE)
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        kind, end = data[place + 4 : place + 8], place + 12 + length
        if end > len(data) or zlib.crc32(data[place + 4 : end - 4]) != int.from_bytes(
            data[end - 4 : end], "big"
        ):
            return None
        if (kind == b"IHDR") != (len(kept) == 1):
            return None
        if kind == b"IHDR":
            width, height = (int.from_bytes(data[place + at : place + at + 4], "big") for at in (8, 12))
            if length != 13 or not 0 < width * height <= MOST_PIXELS:
                return None
        if kind in _CHUNKS:
            kept.append(data[place:end])
        if kind == b"IEND":
            return b"".join(kept)
        place = end
    return None


def _joined(text: Any) -> str:
    """Text of a notebook, which may be in pieces."""
    if isinstance(text, list):
        text = "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""

"""Texts a column at a time: Arrow arrays built from codes, digits and vocabularies, no Python object a row.

A world of a million people has some fifty million texts. Each function here takes and returns whole
columns; what needs Python's own string methods is applied to distinct words or to the few rows it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.large_string()
_BLANK = pa.scalar("", TEXT)
_HASH, _ZERO = ord("#"), ord("0")

Texts = pa.Array | pa.ChunkedArray | pd.Series | np.ndarray | Sequence[str]


def arrow(texts: Texts) -> pa.Array:
    """Return texts as one Arrow array of large strings."""
    if isinstance(texts, pd.Series):
        texts = texts.array
    array = texts if isinstance(texts, pa.Array | pa.ChunkedArray) else pa.array(texts)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array if array.type == TEXT else array.cast(TEXT)


def column(texts: Texts) -> pd.api.extensions.ExtensionArray:
    """Return texts as a column of pandas' ``str`` type, without copying them."""
    return pd.array(arrow(texts), dtype="str")


def pick(vocabulary: Sequence[str], codes: np.ndarray) -> pa.Array:
    """Return the word of each code."""
    return pa.array(list(vocabulary), TEXT).take(pa.array(codes))


def take(texts: Texts, rows: np.ndarray) -> pa.Array:
    """Return the texts of these rows."""
    return arrow(texts).take(pa.array(rows))


def where(mask: np.ndarray, yes: Texts | str, no: Texts | str) -> pa.Array:
    """Return ``yes`` where the mask holds and ``no`` elsewhere; either may be one text for all."""
    parts = [pa.scalar(t, TEXT) if isinstance(t, str) else arrow(t) for t in (yes, no)]
    return pc.if_else(pa.array(np.asarray(mask, dtype=bool)), *parts)


def join(*parts: Texts | str, between: str = "") -> pa.Array:
    """Put texts side by side; a single text is the same for every row."""
    texts = [pa.scalar(p, TEXT) if isinstance(p, str) else arrow(p) for p in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar(between, TEXT))


def join_words(*parts: Texts) -> pa.Array:
    """Put texts side by side with a blank between them, leaving out those that are empty."""
    first, *rest = [arrow(p) for p in parts]
    there = [pc.if_else(pc.equal(t, _BLANK), pa.scalar(None, TEXT), t) for t in rest]
    # Arrow drops a row in which all is missing, so the first word is there even if it is empty.
    joined = pc.binary_join_element_wise(first, *there, pa.scalar(" ", TEXT), null_handling="skip")
    return pc.ascii_ltrim(joined, characters=" ")


def equal(one: Texts, other: Texts | str) -> np.ndarray:
    """Compare texts row by row."""
    other = pa.scalar(other, TEXT) if isinstance(other, str) else arrow(other)
    return pc.equal(arrow(one), other).to_numpy(zero_copy_only=False)


def by_word(texts: Texts, function: Callable[[str], str]) -> pa.Array:
    """Apply a function to each distinct text once."""
    coded = arrow(texts).dictionary_encode()
    changed = pa.array([function(word) for word in coded.dictionary.to_pylist()], TEXT)
    return changed.take(coded.indices)


def replace(texts: Texts, mask: np.ndarray, fresh: Sequence[str] | pa.Array) -> pa.Array:
    """Put ``fresh``, one a row of the mask, in the place of the texts where the mask holds."""
    array = arrow(texts)
    if not np.any(mask):
        return array
    fresh = fresh if isinstance(fresh, pa.Array) else pa.array(fresh, TEXT)
    return arrow(pc.replace_with_mask(array, pa.array(mask), fresh))


def split_first(texts: Texts) -> tuple[pa.Array, pa.Array]:
    """Split at the first blank; the rest is empty where there is none."""
    parts = pc.extract_regex(arrow(texts), pattern=r"^(?P<first>[^ ]*) ?(?P<rest>.*)$")
    return arrow(parts.field("first")), arrow(parts.field("rest"))


def plain(texts: Texts) -> pa.Array:
    """Drop accents: ``João`` becomes ``Joao``; see :func:`labkit.world.documents.plain`."""
    apart = pc.utf8_normalize(arrow(texts), "NFKD")
    return pc.replace_substring_regex(apart, pattern=r"\p{Mn}+", replacement="")


def digits(numbers: np.ndarray, width: int) -> np.ndarray:
    """Return the last ``width`` decimal digits of whole numbers as characters, shape (n, width), dtype uint8."""
    rest = np.asarray(numbers, dtype=np.int64)
    matrix = np.empty((len(rest), width), dtype=np.uint8)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        matrix[:, place] = digit + _ZERO
    return matrix


def stamp(pattern: str, matrix: np.ndarray) -> pa.Array:
    """Write digits into a pattern: each ``#`` takes the next one.

    Examples
    --------
    >>> stamp("(##) #-##", digits([11923], 5)).to_pylist()
    ['(11) 9-23']
    """
    literal = np.frombuffer(pattern.encode("ascii"), dtype=np.uint8)
    text = np.empty((len(matrix), len(literal)), dtype=np.uint8)
    text[:] = literal
    text[:, literal == _HASH] = matrix
    offsets = np.arange(len(matrix) + 1, dtype=np.int64) * len(literal)
    return pa.LargeStringArray.from_buffers(len(matrix), pa.py_buffer(offsets), pa.py_buffer(text))


def padded(numbers: np.ndarray, width: int) -> pa.Array:
    """Write whole numbers with leading zeros."""
    return stamp("#" * width, digits(numbers, width))


def restamp(texts: Texts, mask: np.ndarray, pattern: str) -> pa.Array:
    """Write digit texts of one length into a pattern where the mask holds; empty ones stay empty."""
    array = arrow(texts)
    mask = np.asarray(mask, dtype=bool) & ~equal(array, "")
    chosen = array.filter(pa.array(mask))
    width = pattern.count("#")
    content = chosen.buffers()[2]
    start, stop = chosen.offset, chosen.offset + len(chosen)
    offsets = np.frombuffer(chosen.buffers()[1], dtype=np.int64)[start : stop + 1]
    matrix = np.frombuffer(content, dtype=np.uint8)[offsets[0] : offsets[-1]].reshape(-1, width)
    return replace(array, mask, stamp(pattern, matrix))

"""Notebook files as they arrive after accidents: cells, text and bytes spoilt at random, from a seed."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

Notebook = dict[str, Any]


def mangled(text: str, seed: int) -> tuple[str, bytes]:
    """Spoil the file of a good notebook in one to four ways.

    Returns
    -------
    str
        What the file is called.
    bytes
        What it holds.
    """
    rng = random.Random(seed)
    nb = json.loads(text)
    for accident in rng.sample(ON_CELLS, rng.randint(0, 3)):
        accident(nb, rng)
    written = json.dumps(nb, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 1, 2]))
    content = rng.choice([*ON_BYTES, *[_as_is] * 6])(written, rng)
    return rng.choice(NAMES).format(seed=seed), content


def _cells(nb: Notebook) -> list[Any]:
    return nb["cells"]


def _pick(nb: Notebook, rng: random.Random) -> int:
    return rng.randrange(len(_cells(nb))) if _cells(nb) else -1


def _drop(nb, rng):
    nb["cells"] = [cell for cell in _cells(nb) if rng.random() > rng.choice([0.05, 0.3, 0.9])]


def _double(nb, rng):
    for _ in range(rng.randint(1, 5)):
        if (at := _pick(nb, rng)) >= 0:
            _cells(nb).insert(_pick(nb, rng), copy.deepcopy(_cells(nb)[at]))


def _shuffle(nb, rng):
    rng.shuffle(_cells(nb))


def _retype(nb, rng):
    for cell in _cells(nb):
        if rng.random() < 0.2:
            cell["cell_type"] = rng.choice(["code", "markdown", "raw", "heading", "sql", None, 7])


def _merge(nb, rng):
    at = _pick(nb, rng)
    if 0 <= at < len(_cells(nb)) - 1:
        below = _cells(nb).pop(at + 1)
        _cells(nb)[at]["source"] = _source(_cells(nb)[at]) + "\n" + _source(below)


def _split(nb, rng):
    if (at := _pick(nb, rng)) >= 0:
        text = _source(_cells(nb)[at])
        half = copy.deepcopy(_cells(nb)[at])
        _cells(nb)[at]["source"], half["source"] = text[: len(text) // 2], text[len(text) // 2 :]
        _cells(nb).insert(at + 1, half)


def _lose_ids(nb, rng):
    for cell in _cells(nb):
        cell.pop("id", None)
        if rng.random() < 0.5:
            cell["metadata"] = {}


def _swap_ids(nb, rng):
    ids = [cell.get("id") for cell in _cells(nb)]
    rng.shuffle(ids)
    for cell, new in zip(_cells(nb), ids, strict=True):
        cell["id"] = new


def _strange_ids(nb, rng):
    for cell in _cells(nb):
        if rng.random() < 0.3:
            cell["id"] = rng.choice(["", "x" * 500, "../../etc/passwd", None, 5, {"a": 1}, "a b\u0000"])


def _strange_sources(nb, rng):
    for cell in _cells(nb):
        if rng.random() < 0.2:
            cell["source"] = rng.choice(
                [None, 7, [], ["a", None, 3], {"x": 1}, "\ud83d", "x" * 300_000, "\x00"]
            )


def _typing(nb, rng):
    for cell in _cells(nb):
        text = _source(cell)
        if text and rng.random() < 0.3:
            at = rng.randrange(len(text))
            cell["source"] = (
                text[:at] + rng.choice(["\t", "(", "'''", "\\", "é", "\u202e", ")\n  "]) + text[at:]
            )


def _no_metadata(nb, rng):
    nb.pop("metadata", None)


def _strange_metadata(nb, rng):
    nb["metadata"] = rng.choice(
        [[], "x", 7, {"labkit": []}, {"labkit": {"assignment": ["x"], "version": {}}}]
    )


def _format_3(nb, rng):
    nb["worksheets"] = [{"cells": nb.pop("cells"), "metadata": {}}]
    nb["nbformat"], nb["nbformat_minor"] = 3, 0
    nb["cells"] = nb["worksheets"][0]["cells"]
    del nb["cells"]
    for cell in nb["worksheets"][0]["cells"]:
        if cell.get("cell_type") == "code":
            cell["input"] = cell.pop("source", "")


def _injected(nb, rng):
    cell = {
        "cell_type": "code", "id": "injected", "outputs": [], "execution_count": None,
        "metadata": {"tags": ["injected-parameters"]}, "source": 'case_dir = "/elsewhere"',
    }  # fmt: skip
    _cells(nb).insert(rng.randint(0, 2), cell)


def _outputs(nb, rng):
    for cell in _cells(nb):
        if rng.random() < 0.3:
            cell["outputs"] = rng.choice(
                [
                    "text",
                    None,
                    [7],
                    [{"output_type": "stream", "text": "x" * 100_000}],
                    [{"output_type": "?"}],
                ]
            )


def _deep(nb, rng):
    nested: Any = 0
    for _ in range(200):
        nested = [nested]
    nb.setdefault("metadata", {})
    if isinstance(nb["metadata"], dict):
        nb["metadata"]["deep"] = nested


def _strange_cells(nb, rng):
    for _ in range(rng.randint(1, 4)):
        _cells(nb).insert(0, rng.choice([None, 3, "cell", [], {}, {"cell_type": "code"}]))


def _source(cell: Any) -> str:
    source = cell.get("source", "") if isinstance(cell, dict) else ""
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _only_dicts(
    accident: Callable[[Notebook, random.Random], None],
) -> Callable[[Notebook, random.Random], None]:
    """Most accidents befall cells; a notebook that an earlier one left without any is left alone."""

    def careful(nb: Notebook, rng: random.Random) -> None:
        if isinstance(nb.get("cells"), list) and all(isinstance(cell, dict) for cell in nb["cells"]):
            accident(nb, rng)

    return careful


ON_CELLS = [
    _only_dicts(each)
    for each in (
        _drop, _double, _shuffle, _retype, _merge, _split, _lose_ids, _swap_ids, _strange_ids, _strange_sources,
        _typing, _no_metadata, _strange_metadata, _injected, _outputs, _deep, _strange_cells, _format_3,
    )
]  # fmt: skip


def _as_is(text: str, rng: random.Random) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _cut(text: str, rng: random.Random) -> bytes:
    return _as_is(text, rng)[: rng.randrange(len(text))]


def _flip(text: str, rng: random.Random) -> bytes:
    content = bytearray(_as_is(text, rng))
    for _ in range(rng.randint(1, 30)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def _encoded(text: str, rng: random.Random) -> bytes:
    return text.encode(rng.choice(["utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"]), "replace")


def _windows_lines(text: str, rng: random.Random) -> bytes:
    return _as_is(text, rng).replace(b"\n", b"\r\n")


def _garbage(text: str, rng: random.Random) -> bytes:
    at = rng.randrange(len(text))
    noise = rng.randbytes(rng.randint(1, 200))
    return _as_is(text[:at], rng) + noise + _as_is(text[at:], rng)


def _twice(text: str, rng: random.Random) -> bytes:
    return _as_is(text, rng) * 2


def _other_thing(text: str, rng: random.Random) -> bytes:
    return rng.choice(
        [b"", b"\n", b"%PDF-1.7", b"PK\x03\x04", b"null", b"[]", b"{}", b"[" * 5_000, b'{"cells": {}}']
    )


ON_BYTES = [_cut, _flip, _encoded, _windows_lines, _garbage, _twice, _other_thing]

NAMES = [
    "{seed}.ipynb",
    "ana maria {seed}.ipynb",
    "joão-{seed} (1).ipynb",
    "..{seed}...ipynb",
    "-rf {seed}.ipynb",
    "$(touch x) {seed}.ipynb",
    "{seed}'; drop table.ipynb",
    "ação {seed}.IPYNB",
    "name%2F..%2F{seed}.ipynb",
    "con{seed}\u202e.ipynb",
]

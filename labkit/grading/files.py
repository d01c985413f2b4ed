"""Files that are there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write(path: Path, content: str | bytes) -> Path:
    """Write a file atomically: a reader, or a power cut, meets the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def write_changed(path: Path, content: str | bytes) -> Path:
    """Write a file atomically, unless that is what it holds already."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if path.read_bytes() == data:
            return path
    except OSError:
        pass
    return write(path, data)


def append(path: Path, data: bytes) -> None:
    """Add to a file, in one write, and return only when it is on the disk."""
    is_new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    try:
        rest = memoryview(data)
        while rest:  # a full disk may take a part of it; the next attempt then fails
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new and os.name != "nt":  # the folder too, or the file may be gone after a power cut
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def notebook_text(nb: Mapping[str, Any]) -> str:
    """A notebook as any Jupyter tool reads it, one line a cell: Python's indented JSON takes ten times as long."""
    encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
    cells = ",\n".join(map(encode, nb["cells"]))
    rest = encode({name: value for name, value in nb.items() if name != "cells"})
    return f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n'


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder of plain files; links and hidden files stay behind."""
    for file in sorted(source.rglob("*")):
        relative = file.relative_to(source)
        if file.is_symlink() or any(part.startswith(".") for part in relative.parts):
            continue
        if file.is_dir():
            (target / relative).mkdir(parents=True, exist_ok=True)
        elif file.is_file():
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target / relative)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""Files that are there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


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

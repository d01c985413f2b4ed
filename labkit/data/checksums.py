"""SHA256SUMS: what every data file must hash to, in the format of ``sha256sum``."""

from __future__ import annotations

import hashlib
from pathlib import Path

NAME = "SHA256SUMS"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def read(directory: Path) -> dict[str, str]:
    """Return the expected hashes by path relative to ``directory``; empty if there is no list."""
    path = directory / NAME
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {file: value for value, _, file in (line.partition("  ") for line in lines if line.strip())}


def write(directory: Path, files: list[str]) -> None:
    """Hash ``files`` (relative to ``directory``, with forward slashes) and write the list, sorted by path."""
    text = "".join(f"{digest(directory / file)}  {file}\n" for file in sorted(files))
    (directory / NAME).write_text(text, encoding="utf-8", newline="\n")

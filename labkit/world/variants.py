"""Variants of Caramelo for grading: a world that a student has not seen, out of a pool of a few dozen.

Which variant a student gets, and from which seed a variant grows, follow by HMAC (RFC 2104, with SHA-256) from a
secret that only the grader has: the same every time, and not to be guessed from anything that is handed out.
A pool and not a variant a student, so that the key of an assignment runs once a variant.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.paths import ROOT
from labkit.world.constants import COURSE_PEOPLE, COURSE_SEED

POOL = 36
"""Variants of an assignment."""

SECRET, SECRET_FILE = "LABKIT_VARIANT_SECRET", "LABKIT_VARIANT_SECRET_FILE"
"""Environment variables: the secret itself, or the file that holds it."""

_LEAST_BYTES = 16


def variant_number(secret: bytes, assignment: str, student: str, pool: int = POOL) -> int:
    """Return the variant, from 1 to ``pool``, on which a student's work on an assignment is graded.

    Raises
    ------
    LabkitError
        If the secret is too short, or a name is empty, or the pool is.
    """
    if pool < 1:
        raise LabkitError(_("A pool has at least one variant, got {pool}.").format(pool=pool))
    _check_name(_("student"), student)
    return _draw(secret, "number", assignment, student) % pool + 1


def variant_seed(secret: bytes, assignment: str, number: int) -> int:
    """Return the seed of a variant: 63 bits that nobody can tell from the number without the secret.

    Never the seed of the course, from which the published tables come.
    """
    if number < 1:
        raise LabkitError(_("Variants are numbered from 1, got {number}.").format(number=number))
    attempt, seed = 0, COURSE_SEED
    while seed == COURSE_SEED:
        seed = _draw(secret, "seed", assignment, int(number), attempt) >> (256 - 63)
        attempt += 1
    return seed


def write_variant(
    secret: bytes, assignment: str, number: int, visible: Path | str, truth: Path | str, *,
    people: int = COURSE_PEOPLE, tables: Iterable[str] | None = None, workers: int = 1,
) -> list[Path]:  # fmt: skip
    """Write a variant: what may be handed out to ``visible``, the truth and the seed to ``truth``.

    Parameters
    ----------
    secret : bytes
        See :func:`read_secret`.
    assignment : str
        Its id, such as ``"petlove"``.
    number : int
        See :func:`variant_number`.
    visible, truth : path
        Two folders apart from each other. Nothing in ``visible`` tells the seed.
    people, tables, workers
        As for :func:`labkit.world.export.write_world`.

    Returns
    -------
    list of pathlib.Path
        The files written.
    """
    from labkit.world.export import write_world  # a world's makers are slow to import, and seldom needed

    return write_world(
        visible, seed=variant_seed(secret, assignment, number), people=people, truth=truth, workers=workers,
        tables=tables, note={"assignment": assignment, "variant": int(number)},
    )  # fmt: skip


def read_secret(environment: Mapping[str, str] | None = None) -> bytes:
    """Return the secret named by the environment.

    ``LABKIT_VARIANT_SECRET`` is the secret, or ``LABKIT_VARIANT_SECRET_FILE`` names a file that holds it, outside the
    course and readable by its owner alone.

    Raises
    ------
    LabkitError
        If there is none, or both, or the file can be read by others or lies in the course, or the secret is short.
    """
    environment = os.environ if environment is None else environment
    value, file = environment.get(SECRET), environment.get(SECRET_FILE)
    if value is not None and file is not None:
        raise LabkitError(
            _("{one} and {other} are both set; only one may be.").format(one=SECRET, other=SECRET_FILE)
        )
    if value is not None:
        return _checked(value.strip().encode(), SECRET)
    if file is None:
        raise LabkitError(
            _(
                "Variants need a secret. Write one to a file outside the course that only you can read, and let "
                "{variable} name it: {command}"
            ).format(variable=SECRET_FILE, command=_MAKE)
        )
    return _checked(_read(Path(file)), file)


_MAKE = "(umask 077; python -c 'import secrets; print(secrets.token_hex(32))' > ~/.labkit-secret)"


def _read(path: Path) -> bytes:
    path = path.expanduser()
    if path.resolve().is_relative_to(ROOT):
        raise LabkitError(
            _("{path} lies in the course, which is published; keep the secret elsewhere.").format(path=path)
        )
    try:
        with path.open("rb") as handle:
            mode = os.fstat(handle.fileno()).st_mode
            content = handle.read()
    except OSError as error:
        raise LabkitError(
            _("Cannot read the secret {path}: {reason}.").format(path=path, reason=error.strerror)
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise LabkitError(
            _("{path} can be read by others (mode {mode:o}); make it yours alone: {command}").format(
                path=path, mode=stat.S_IMODE(mode), command=f"chmod 600 {path}"
            )
        )
    return content.strip()


def _checked(secret: bytes, source: str) -> bytes:
    if len(secret) < _LEAST_BYTES:
        raise LabkitError(
            _(
                "The secret ({source}) has {found} bytes, at least {least} are expected: a short one can be guessed. "
                "Make one: {command}"
            ).format(source=source, found=len(secret), least=_LEAST_BYTES, command=_MAKE)
        )
    return secret


def _check_name(what: str, name: str) -> None:
    if not name.strip():
        raise LabkitError(_("The id of the {what} is empty.").format(what=what))


def _draw(secret: bytes, purpose: str, assignment: str, *rest: str | int) -> int:
    """Return 256 bits that follow from the secret and the rest; a JSON list keeps the parts apart."""
    _check_name(_("assignment"), assignment)
    message = json.dumps([f"labkit variant {purpose}", assignment, *rest], ensure_ascii=True).encode()
    digest = hmac.new(_checked(secret, _("given")), message, hashlib.sha256).digest()
    return int.from_bytes(digest, "big")

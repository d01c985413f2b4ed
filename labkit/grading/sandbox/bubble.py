"""The outer layer: bubblewrap's command line, and what is to be said where it cannot work."""

from __future__ import annotations

import functools
import importlib
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import labkit
from labkit import paths
from labkit.grading import fonts
from labkit.grading.sandbox import layout, seccomp
from labkit.i18n import _

OLDEST_KERNEL = (5, 14)
"""From here on the number of processes is counted for each user namespace."""

REFUSED = 3
"""Exit code of the preloader if the system refuses a step within bubblewrap."""

_PRELOADER = "labkit.grading.sandbox.preloader"
_ETC = (
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime", "mime.types"),
    *("nsswitch.conf", "os-release", "debian_version", "ssl/openssl.cnf"),
)
_PASSWD = (
    "root:x:0:0:root:/root:/usr/sbin/nologin\n"
    f"student:x:{layout.USER}:{layout.USER}:student:{layout.HOME}:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
)
_GROUP = f"root:x:0:\nstudent:x:{layout.USER}:\nnogroup:x:65534:\n"


def command(exchange: Path, *arguments: str) -> list[str]:
    """bubblewrap with the preloader in it; `exchange` is the folder it shares with the grader."""
    return [
        *(_bubblewrap(), "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        *(() if _is_root() else ("--unshare-user", "--uid", str(layout.USER), "--gid", str(layout.USER))),
        *("--unshare-cgroup-try", "--hostname", "kernel", "--new-session"),
        *_system(),
        *("--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"),
        *(*_folder("/home"), "--tmpfs", "/home"),
        *_python(),  # after those folders: the course may lie in one of them
        *_folder(layout.SOCKETS),
        *("--bind", str(exchange), layout.EXCHANGE),
        *("--ro-bind", str(_written(exchange, "passwd", _PASSWD)), "/etc/passwd"),
        *("--ro-bind", str(_written(exchange, "group", _GROUP)), "/etc/group"),
        *_fonts(),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--clearenv"),
        *(part for name, value in environment().items() for part in ("--setenv", name, value)),
        *("--", sys.executable, "-P", "-m", _PRELOADER, *arguments),
    ]


def environment() -> dict[str, str]:
    """All that a student's code sees of an environment."""
    return {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")),
        **({"VIRTUAL_ENV": sys.prefix} if sys.prefix != sys.base_prefix else {}),
        "HOME": layout.HOME,
        "USER": "student",
        "TMPDIR": "/tmp",
        "IPYTHONDIR": f"{layout.HOME}/.ipython",
        "MPLCONFIGDIR": f"{layout.HOME}/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LABKIT_NOTEBOOK": layout.NOTEBOOK,
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger's warning on frozen modules
        "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a process with threads cannot be forked
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }


def why_not() -> str | None:
    """Why submissions cannot be run in a sandbox here; None if they can. Tried out, not guessed."""
    return lacking() or _tried()


@functools.cache
def lacking() -> str | None:
    """What a sandbox needs and this machine does not have, as far as that is seen without trying."""
    if sys.platform != "linux":
        return _("The sandbox needs Linux (on Windows, WSL 2 is one); this is {system}.").format(
            system=platform.system()
        )
    if not seccomp.supported():
        return _("The sandbox knows the processors x86_64 and aarch64; this is {machine}.").format(
            machine=platform.machine()
        )
    release = tuple(map(int, re.findall(r"\d+", platform.release())[:2]))
    if release < OLDEST_KERNEL:
        return _("The sandbox needs Linux {oldest} or later; this is {found}.").format(
            oldest=".".join(map(str, OLDEST_KERNEL)), found=platform.release()
        )
    if shutil.which("bwrap") is None:
        return _(
            "bubblewrap is not installed. On Debian and Ubuntu: sudo apt-get install bubblewrap; "
            "on Fedora: sudo dnf install bubblewrap; on Arch: sudo pacman -S bubblewrap."
        )
    return None


def version() -> str:
    """Such as ``bubblewrap 0.8.0``."""
    done = subprocess.run([_bubblewrap(), "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "bubblewrap"


def exchange_folder() -> Path:
    """A new folder to share with a preloader; its parent keeps other users out."""
    parent = tempfile.mkdtemp(prefix=f"labkit-sandbox-{os.getpid()}-")
    if len(parent) > 60:  # a socket's path has room for 107 characters
        Path(parent).rmdir()
        parent = tempfile.mkdtemp(prefix=f"labkit-sandbox-{os.getpid()}-", dir="/tmp")
    exchange = Path(parent, "exchange")
    for folder in (exchange, exchange / "own"):
        folder.mkdir(mode=0o755)
        folder.chmod(0o755)
    return exchange


def _tried() -> str | None:
    """Take every step as a kernel's start does; which one failed, in the system's words, or None."""
    exchange = exchange_folder()
    try:
        done = subprocess.run(
            command(exchange, "--try"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _("bubblewrap could not be tried: {reason}.").format(reason=error)
    finally:
        shutil.rmtree(exchange.parent, ignore_errors=True)
    return None if done.returncode == 0 else refused(done.returncode, done.stderr)


def refused(status: int, said: str) -> str:
    """In words, what the preloader's trial ended with, by its exit code and what it said."""
    said = " ".join(said.split())[-400:] or f"status {status}"
    if status == REFUSED:
        return _(
            "bubblewrap works, but a kernel cannot be shut off within it: {reason}. "
            "The system, or the container this runs in, allows no nested user namespaces."
        ).format(reason=said)
    return _(
        "bubblewrap is installed but cannot build a sandbox: {reason}. "
        "The system, or the container this runs in, may not allow user namespaces "
        "(sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces, "
        "kernel.apparmor_restrict_unprivileged_userns)."
    ).format(reason=said)


def _bubblewrap() -> str:
    return shutil.which("bwrap") or "bwrap"


def _is_root() -> bool:
    return os.getuid() == 0


def _system() -> list[str]:
    """The system's programs and libraries, read-only."""
    mounts = ["--ro-bind", "/usr", "/usr", *_folder("/etc")]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        folder = Path("/", name)
        if folder.is_symlink():
            mounts += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.is_dir():
            mounts += ["--ro-bind", str(folder), str(folder)]
    for name in _ETC:
        mounts += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return mounts


def _python() -> list[str]:
    """This Python, its packages, labkit and the public data, each at its own place; nothing beside them."""
    package = Path(labkit.__file__).resolve().parent
    places = [Path(sys.base_prefix), Path(sys.prefix), Path(sys.executable).resolve().parent.parent]
    places += [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    places += [package, paths.ROOT / "datasets"]
    shown: list[Path] = [Path("/usr")]
    mounts = []
    for place in sorted(
        {place.resolve() for place in places} | {Path(sys.prefix)}, key=lambda p: len(p.parts)
    ):
        if place.is_dir() and not any(place.is_relative_to(each) for each in shown):
            if paths.ROOT.is_relative_to(place):  # never the course itself, with its keys
                raise RuntimeError(f"Python lies in {place}, which holds the course too")
            shown.append(place)
            mounts += [*_folder(place.parent), "--ro-bind", str(place), str(place)]
    return mounts


def _fonts() -> list[str]:
    """matplotlib's list of fonts, made once outside: inside, every preloader would look for them again."""
    if not fonts.lists():
        importlib.import_module("matplotlib.font_manager")  # which writes it
    target = f"{layout.HOME}/.matplotlib"
    mounts = [*_folder(layout.HOME), "--perms", "1777", "--dir", target]
    for file in fonts.lists():
        mounts += ["--ro-bind", str(file), f"{target}/{file.name}"]
    return mounts


def _folder(path: Path | str) -> list[str]:
    """An empty folder, and those above it, that others than root may enter too."""
    above = [each for each in reversed(Path(path).parents) if each != Path("/")]
    return [part for each in (*above, Path(path)) for part in ("--perms", "0755", "--dir", str(each))]


def _written(exchange: Path, name: str, text: str) -> Path:
    file = exchange.parent / name
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)
    return file

"""Make the course's environment: a virtual environment in .venv with every version from requirements.lock.

    python bootstrap.py

Needs nothing but Python itself, on Linux, macOS and Windows. Run again, it does nothing while the lock
file is unchanged. `make lab` and `make test` call it first.
"""

# Written so that even an old Python can read it and say that it is too old.
import hashlib
import os
import platform
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
LOCK = os.path.join(ROOT, "requirements.lock")
STAMP = os.path.join(VENV, "made-from")


def main():
    require_python(sys.version_info[:2])
    made_from = fingerprint()
    made = read(STAMP) == made_from
    sandbox(say_how=not made)
    if made:
        return
    if not os.path.exists(venv_python()):
        make_venv()
    pip = [venv_python(), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    say(
        "Installing the packages of requirements.lock (about 1.3 GB on disk, a few minutes the first time) ..."
    )
    run(pip + ["--require-hashes", "-r", LOCK])
    run(pip + ["--no-deps", "--no-build-isolation", "-e", ROOT])
    # As pip does with what it installs: else every program of a test, and every kernel, would compile labkit anew.
    run([venv_python(), "-m", "compileall", "-q", os.path.join(ROOT, "labkit")])
    with open(STAMP, "w") as file:
        file.write(made_from)
    say("The environment is ready.")


def require_python(version):
    """Stop, in clear words, on a Python that the lock file does not cover."""
    if OLDEST <= version <= NEWEST:
        return
    found = "%d.%d" % version
    if version < OLDEST:
        why = "Python %s is too old for this course" % found
    else:
        why = "Python %s is newer than this course has been tried with" % found
    stop(
        "%s: it needs Python %d.%d to %d.%d.\n"
        "Install one of these, then name it: make lab PYTHON=python3.12, or: python3.12 bootstrap.py"
        % ((why,) + OLDEST + NEWEST)
    )


def fingerprint():
    """What the environment was made from: the lock, the package's own declaration, this Python, this folder."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    digest.update(("%s %s" % (platform.python_version(), ROOT)).encode())
    return digest.hexdigest()


def make_venv():
    say("Making the virtual environment .venv ...")
    if subprocess.call([sys.executable, "-m", "venv", VENV]) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    # Debian splits venv's installer off Python itself.
    package = "python%d.%d-venv" % sys.version_info[:2]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        say("Python came without its venv module; installing Debian's %s ..." % package)
        run(["apt-get", "update", "-qq"])
        run(["apt-get", "install", "-y", "-qq", package])
        run([sys.executable, "-m", "venv", VENV])
    else:
        stop(
            "Python could not make a virtual environment. On Debian or Ubuntu its venv module is apart:\n"
            "    sudo apt-get install %s\nthen run the same command again." % package
        )


def sandbox(say_how):
    """Install bubblewrap, in which grading runs what students hand in, where that can be done unasked."""
    if not sys.platform.startswith("linux") or shutil.which("bwrap"):
        if say_how and not sys.platform.startswith("linux"):
            say("The course works here. Grading other people's notebooks needs Linux (on Windows, WSL 2).")
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Debian's bubblewrap, the sandbox that grading uses ...")
        installed = (
            subprocess.call(["apt-get", "update", "-qq"]) == 0
            and subprocess.call(["apt-get", "install", "-y", "-qq", "bubblewrap"]) == 0
        )
        if installed or not say_how:
            return
    if say_how:
        say(
            "The course works, but grading other people's notebooks needs bubblewrap:\n"
            "    sudo apt-get install bubblewrap    (Fedora: dnf, Arch: pacman -S)"
        )


def venv_python():
    if os.name == "nt":
        return os.path.join(VENV, "Scripts", "python.exe")
    return os.path.join(VENV, "bin", "python")


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except (IOError, OSError):
        return None


def run(command):
    status = subprocess.call(command)
    if status != 0:
        stop(
            "This command failed with status %d:\n    %s\n"
            "What it printed above says why. Mended, the same command goes on from there."
            % (status, " ".join(command))
        )


def say(text):
    print(text)
    sys.stdout.flush()


def stop(text):
    sys.stderr.write(text + "\n")
    sys.exit(1)


if __name__ == "__main__":
    main()

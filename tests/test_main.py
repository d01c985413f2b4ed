"""The command as a program: it ends at once, but with its status, and with all that it had to say."""

import subprocess
import sys

import pytest


def program(*arguments):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def ended_by(command):
    """The program, with something else for the command."""
    return program(
        "-c",
        "import atexit, sys\n"
        "from labkit import __main__ as program, cli\n"
        "atexit.register(print, 'put away')\n"
        f"def command():\n    {command}\n"
        "cli.main = command\n"
        "print('said', end=' ')\n"
        "program.main()",
    )


@pytest.mark.parametrize(
    ("command", "status"), [("pass", 0), ("sys.exit()", 0), ("sys.exit(0)", 0), ("sys.exit(7)", 7)]
)
def test_the_status_is_that_of_the_command_and_nothing_is_lost(command, status):
    done = ended_by(command)
    assert (done.returncode, done.stdout, done.stderr) == (status, "said put away\n", "")


def test_what_the_command_did_not_expect_is_told_as_python_tells_it():
    done = ended_by("1 / 0")
    assert done.returncode == 1
    assert done.stdout == "said put away\n"
    assert "ZeroDivisionError" in done.stderr


def test_a_message_instead_of_a_status_is_shown():
    done = ended_by("sys.exit('no disk')")
    assert (done.returncode, done.stderr) == (1, "no disk\n")


def test_python_m_labkit_is_the_command():
    done = program("-m", "labkit", "notebooks", "99")
    assert done.returncode == 2
    assert done.stderr.startswith("There is no lesson '99'")

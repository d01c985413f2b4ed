"""The pages in docs/ do what they say: their Python runs, their links lead somewhere, their commands exist."""

import os
import re
import subprocess
import sys

import pytest

from labkit import paths

PAGES = sorted((paths.ROOT / "docs").glob("*.md"))


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


RUN = ("caramelo",)
"""Pages whose Python is one program; in the others it shows what stands in files of the reader's own."""


@pytest.mark.parametrize("page", [p for p in PAGES if p.stem in RUN], ids=lambda page: page.stem)
def test_the_python_of_a_page_runs_from_top_to_bottom(page, capsys):
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, str(page.name), "exec"), names)
    assert capsys.readouterr().out


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The commands that ``labkit --help`` lists."""
    done = subprocess.run(
        [sys.executable, "-m", "labkit", "--help"],
        capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "200", "TERM": "dumb"},
    )  # fmt: skip
    return set(re.findall(r"^[│|\s]*([a-z]+)\s", done.stdout, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_a_page_exist(known, page):
    for block in blocks(page, "sh"):
        for used in re.findall(r"^(?:\.venv/bin/)?labkit (?:--lang \S+ )?([a-z]+)", block, re.MULTILINE):
            assert used in known, used


@pytest.mark.parametrize("page", [*PAGES, paths.ROOT / "README.md"], ids=lambda page: page.stem)
def test_links_of_a_page_lead_to_files(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target

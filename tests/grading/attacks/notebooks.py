"""Hostile notebooks: what is wrong is not the code, but the file around it."""

import json

from tests.grading.attacks.attack import Attack, code_cell

SCRIPT = "<script>alert('attack')</script>"


def _cell(nb, cell_id):
    return next(each for each in nb["cells"] if each["id"] == cell_id)


def _notebook(name, change, naive, cells=()):
    return Attack(name, "hostile notebook", cells, change=change, naive=naive)


def _other_kernel(nb):
    nb["metadata"]["kernelspec"] = {"name": "attack", "display_name": "Attack", "language": "bash"}


def _would_start_it(nb):
    from papermill.utils import nb_kernel_name

    return nb_kernel_name(_read(nb)) == "attack"


def _skip_checks(nb):
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = "# NBVAL_SKIP\n" + "".join(cell["source"])
            cell["metadata"]["tags"] = ["nbval-skip"]


def _nbval_skips(nb):
    from nbval.plugin import find_comment_markers

    return any("skip" in marker for marker, _on in find_comment_markers(_cell(nb, "mini-q1")["source"]))


def _more_points(nb):
    _cell(nb, "mini-q1-question")["metadata"]["labkit"].update(points=1000, tolerance=1e9, kind="text")


def _report_rewritten(nb):
    _cell(nb, "mini-q1-report")["source"] = 'lk.report("q1", ["A", "B", "C", "D", "E"])'


def _report_doubled(nb):
    place = nb["cells"].index(_cell(nb, "mini-q1-report"))
    double = code_cell("mini-q1-report", "from IPython.display import display\nq1 = list('ABCDE')")
    nb["cells"].insert(place, double)


def _stored_outputs(nb):
    data = {
        "text/plain": "q1: A, C",
        "application/vnd.labkit.answer+json": {"question": "q1", "value": ["A", "C"]},
    }
    _cell(nb, "mini-q1-report")["outputs"] = [
        {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
    ]


def _trusts_outputs(nb):
    outputs = _cell(nb, "mini-q1-report")["outputs"]
    return outputs[0]["data"]["application/vnd.labkit.answer+json"]["value"] == ["A", "C"]


def _own_parameters(nb):
    own = code_cell("own", "case_dir = '/etc'")
    own["metadata"]["tags"] = ["parameters", "injected-parameters"]
    nb["cells"].insert(0, own)


def _papermill_takes_it(nb):
    from papermill.utils import find_first_tagged_cell_index

    read = _read(nb)
    for cell in read.cells:
        cell.metadata.setdefault("tags", [])
    return find_first_tagged_cell_index(read, "parameters") == 0


def _text(text):
    def change(nb):
        _cell(nb, "mini-q1-why")["source"] = text

    return change


def _renders(part):
    """Whether an ordinary Markdown renderer passes it on."""

    def naive(nb):
        from markdown_it import MarkdownIt

        return part in MarkdownIt("commonmark", {"html": True}).render(_cell(nb, "mini-q1-why")["source"])

    return naive


def _attachment(nb):
    cell = _cell(nb, "mini-q1-why")
    cell["attachments"] = {
        "x.svg": {"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>"}
    }
    cell["source"] = "Look: ![x](attachment:x.svg)"


def _deep_metadata(nb):
    deep = {}
    for _ in range(300):
        deep = {"labkit": deep, "tags": [["answer"], {"answer": 1}]}
    nb["metadata"]["labkit"] = {**nb["metadata"].get("labkit", {}), "pool": deep, "version": 9e99}
    for cell in nb["cells"]:
        cell["metadata"]["collapsed"] = "x" * 10_000


def _read(nb):
    import nbformat

    return nbformat.reads(json.dumps(nb), as_version=4)


ATTACKS = [
    _notebook("another-kernel-named", _other_kernel, _would_start_it),
    _notebook("checks-marked-to-be-skipped", _skip_checks, _nbval_skips),
    _notebook(
        "points-raised",
        _more_points,
        lambda nb: _cell(nb, "mini-q1-question")["metadata"]["labkit"]["points"] == 1000,
    ),
    _notebook(
        "report-rewritten",
        _report_rewritten,
        lambda nb: "ABCDE" in _cell(nb, "mini-q1-report")["source"].replace('", "', ""),
    ),
    _notebook(
        "report-doubled",
        _report_doubled,
        lambda nb: "ABCDE" in _cell(nb, "mini-q1-report")["source"],
    ),
    _notebook("outputs-stored-beforehand", _stored_outputs, _trusts_outputs),
    _notebook("own-parameters", _own_parameters, _papermill_takes_it),
    _notebook(
        "script-in-a-text",
        _text(f"A reason {SCRIPT} and <b onclick=alert(1)>more</b>."),
        _renders("<script>"),
    ),
    _notebook(
        "image-that-calls-home",
        _text("![seen](http://127.0.0.1:9/seen.png)"),
        _renders('<img src="http://127.0.0.1:9'),
    ),
    _notebook("frame-in-a-text", _text('<iframe src="file:///etc/passwd"></iframe>'), _renders("<iframe")),
    _notebook(
        "script-in-an-attachment",
        _attachment,
        lambda nb: SCRIPT in json.dumps(_cell(nb, "mini-q1-why")["attachments"]),
    ),
    _notebook("deep-metadata", _deep_metadata, lambda nb: len(json.dumps(nb)) > 100_000),
    _notebook(
        "script-in-an-output",
        lambda nb: None,
        lambda nb: True,
        cells=(f'from IPython.display import HTML\nHTML("{SCRIPT}")',),
    ),
]

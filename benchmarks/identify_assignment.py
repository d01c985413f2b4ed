"""What three levels of solution, and the command `labkit identify` as it stands, earn in the assignment *identify*.

    python -m benchmarks.identify_assignment --variants 20

For each variant the public questions are answered by the solutions of ``assignments/identify/teacher`` and scored as in
grading, outside of any notebook. The scales of the questions are set from these figures; they stand in the teacher's notes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd

from labkit import paths
from labkit.data import places
from labkit.exercises import wire
from labkit.grading import assignment as assignments
from labkit.grading import questions, variants
from labkit.grading.assignment import Assignment
from labkit.grading.kernel import Limits
from labkit.grading.variants import Variant

ANSWERS = {
    "q1": "standard",
    "q2": "customers",
    "q3": "whole",
    "q4": "cheapest",
    "q5": "mailing",
    "q6": "reminded",
}
"""The variable of each question that a machine judges."""

LEVELS = ("command", "naive", "good", "excellent")

COMMAND_LAYOUT = """\
sources:
  app:
    {file: app.csv, trust: 1, record_id: record_id, name: nome, cpf: cpf, birth_date: nascimento, phone: celular,
     email: email, cep: cep, street: rua, number: numero, city: cidade, registered: criado_em, tolerance: 1.0}
  till:
    {file: till.csv, trust: 3, record_id: record_id, name: cliente, cpf: doc, birth_date: nasc, date_format: "%d/%m/%Y",
     phone: fone, email: e_mail, cep: cep, city: cidade, registered: cadastro, registered_format: "%d/%m/%Y",
     tolerance: 1.0}
  clinics:
    {file: clinics.csv, trust: 2, record_id: record_id, name: tutor, cpf: cpf_responsavel, birth_date: nascimento,
     date_format: "%d/%m/%y", phone: telefone, email: email, cep: cep, street: endereco, city: municipio,
     registered: primeira_consulta, registered_format: "%d/%m/%Y", tolerance: 1.0}
"""
"""The kindest description of the files that the command takes: told which column is what, it refuses none of them."""


def load() -> Assignment:
    return assignments.load(paths.ASSIGNMENTS / "identify")


def make_variants(assignment: Assignment, n: int, secret: bytes, cache: Path) -> list[Variant]:
    """The first `n` variants of the pool that a secret gives."""
    os.environ[variants.CACHE] = str(cache)
    pool = variants.Pool(assignment, assignments.load_key(assignment), secret, Limits(), "none")
    return [pool.variant(number) for number in range(1, n + 1)]


def levels() -> dict[str, dict[str, str]]:
    """The written answers by level, code by question."""
    from importlib.util import module_from_spec, spec_from_file_location

    file = paths.ASSIGNMENTS / "identify" / "teacher" / "make_samples.py"
    spec = spec_from_file_location("identify_make_samples", file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.written()


def answers_of(assignment: Assignment, written: dict[str, str], data: Path) -> dict[str, Any]:
    """Run the students' notebook with these answers on the data of a variant, here; what each question is handed in."""
    from labkit.blank import ____

    space: dict[str, Any] = {"__name__": "notebook"}
    for cell in nbformat.from_dict(assignment.notebook("en")).cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or "report" in tags or "check" in tags:
            continue
        question = cell.id.removeprefix("identify-")
        source = written.get(question, cell.source) if "answer" in tags else cell.source
        if "parameters" in tags:
            source = f"data_dir = {str(data)!r}"
        exec(compile(source, cell.id, "exec"), space)  # the course's own notebook
    os.environ.pop(places.VARIABLE, None)  # that lk.begin has set
    return {q: space[name] for q, name in ANSWERS.items() if space.get(name, ____) is not ____}


def command_answers(variant: Variant) -> dict[str, Any]:
    """What `labkit identify` gives, at its defaults, with the kindest description of the files.

    Its clusters stand for questions 2 to 4, its standardised records for question 1, its consents for 5 and 6: the
    e-mail address of each customer's golden record.
    """
    from labkit.identify import consent, describing, pipeline

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source_of = {}
        for name in ("app", "till", "clinics"):
            table = variant.table(f"bought_{name}")
            table.to_csv(place / f"{name}.csv", index=False)
            source_of |= dict.fromkeys(table["record_id"], name)
        consents = variant.table("bought_consents")
        consents["record"] = consents["record"].map(source_of) + ":" + consents["record"]
        consents.to_csv(place / "consents.csv", index=False)
        (place / "layout.yml").write_text(COMMAND_LAYOUT, encoding="utf-8")
        described = describing.read_description(place / "layout.yml")
        outcome = pipeline.identify(place, place / "customers.duckdb", described)
    assert not outcome.faults, outcome.faults
    records = outcome.records.rename(index=lambda record: record.split(":")[1])
    clusters = outcome.matching.clusters(outcome.threshold)
    customers = pd.DataFrame(
        {"record": [record.split(":")[1] for record in clusters.index], "customer": clusters.to_numpy()}
    )
    moment = pd.Timestamp("2025-11-30 23:59")
    of = pd.Series(clusters.to_numpy(), index=clusters.index)
    events = consents.assign(customer_id=consents["record"].map(of)).dropna(subset="customer_id")
    best = outcome.records.assign(customer_id=of).dropna(subset="email").sort_values("registered")
    best = best.drop_duplicates("customer_id", keep="last").set_index("customer_id")["email"]
    may = consent.contactable(events, moment)
    reached = consent.contactable(events, moment, "reminders", "whatsapp")
    standard = records[["cpf", "birth_date", "phone", "email", "cep"]].rename_axis("record").reset_index()
    emails = best[best.index.isin(may)].unique()
    return {
        "q1": standard,
        "q2": customers,
        "q3": customers,
        "q4": customers,
        "q5": pd.DataFrame({"email": emails, "send": 1}),
        "q6": len(reached),
    }


class _Source:
    """What the scores of questions ask of the grader."""

    def __init__(self, variant: Variant):
        self.truth, self.world = variant.truth, variant.world


def score(
    assignment: Assignment, answers: dict[str, Any], right: dict[str, Any], variant: Variant
) -> dict[str, Any]:
    """Points of each question, and what the grader says of it."""
    made = {}
    for question in assignment.questions:
        if question.is_text:
            continue
        if question.id not in answers:
            made[question.id] = (0.0, "")
            continue
        kind = questions.kind(question.kind)
        scored = kind.score(
            question.stated,
            wire.plain(answers[question.id]),
            wire.plain(right[question.id]),
            _Source(variant),
        )
        made[question.id] = (scored.share * question.points, "; ".join(str(each) for each in scored.said))
    return made


def run(n: int, secret: bytes, cache: Path, tell=print) -> pd.DataFrame:
    """Points by variant, level and question."""
    assignment, written = load(), levels()
    rows = []
    for variant in make_variants(assignment, n, secret, cache):
        begun = time.perf_counter()
        answers = {
            level: answers_of(assignment, written[level], variant.data)
            for level in ("excellent", "good", "naive")
        }
        answers["command"] = command_answers(variant)
        for level in LEVELS:
            made = score(assignment, answers[level], answers["excellent"], variant)
            for question, (points, said) in made.items():
                rows.append(
                    {
                        "variant": variant.number,
                        "level": level,
                        "question": question,
                        "points": points,
                        "said": said,
                    }
                )
        frame = pd.DataFrame(rows)
        latest = frame[frame["variant"] == variant.number]
        tell(f"variant {variant.number}: {time.perf_counter() - begun:.0f} s")
        tell(
            latest.pivot(index="level", columns="question", values="points")
            .reindex(LEVELS)
            .round(2)
            .to_string()
        )
    return frame


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=20)
    parser.add_argument("--said", action="store_true", help="print what the grader says of each answer")
    asked = parser.parse_args()
    secret = hashlib.sha256(b"the scale of identify").hexdigest().encode()
    with tempfile.TemporaryDirectory() as cache:
        frame = run(asked.variants, secret, Path(cache))
    if asked.said:
        print(frame.to_string())
    total = (
        frame.groupby(["variant", "level"])["points"]
        .sum()
        .rename("points")
        .reset_index()
        .assign(question="all of 42")
    )
    frame = pd.concat([frame, total])
    table = frame.groupby(["question", "level"])["points"].agg(["median", "min", "max"])
    print(table.unstack("level").swaplevel(axis=1).reindex(columns=LEVELS, level=0).round(2).to_string())
    assert np.isfinite(frame["points"]).all()


if __name__ == "__main__":
    main()

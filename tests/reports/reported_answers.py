"""What people might say in the two real questionnaires."""

from __future__ import annotations

import random

from reports import roles
from survey.forms.questionnaire import Question, Questionnaire

Value = str | list[str]
#: (path, occurrence) -> what was said.
Answers = dict[tuple[str, str], Value]


def resident_answers(
    form: Questionnaire, rng: random.Random, place: tuple[str, str, str]
) -> Answers:
    """What one resident might say; they live, work or study at ``place``."""
    tie = rng.choices(["tinggal", "kerja", "belajar"], [80, 15, 5])[0]
    known: dict[str, Value] = {roles.TIE: tie}
    known |= dict(zip((roles.CITY, roles.DISTRICT, "kelurahan"), place, strict=True))
    said = {(q.path, ""): known.get(q.name) or opinion(q, rng) for q in form.questions}
    homeless = (form_path(form, roles.COPING), "") if tie != "tinggal" else None
    return {key: value for key, value in said.items() if value and key != homeless}


def opinion(question: Question, rng: random.Random) -> Value | None:
    """Some answer; the choices at the top of a long list are given more often."""
    values = [choice.value for choice in question.choices]
    if question.kind == "text":
        return rng.choice(
            [None, "Banjir 🌊", "=1+1", "مياه نظيفة", "地铁", "Drainase, lalu trotoar"]
        )
    if question.kind == "select_multiple":
        weights = [1 / (1 + 0.5 * index) for index in range(len(values))]
        picked = {rng.choices(values, weights)[0] for _ in range(rng.randint(1, 3))}
        alone = picked & {"tidak_ada", roles.NOT_SAID}
        return sorted(alone)[:1] or sorted(picked, key=values.index)
    if values[:4] == ["4", "3", "2", "1"]:
        tilt = sum(map(ord, question.name)) % 7
        return rng.choices(values, [1 + tilt, 6 + tilt, 8 - tilt, 5 - tilt / 2, 1.5])[0]
    return rng.choice(values) if values and rng.random() < 0.95 else None


def form_path(form: Questionnaire, name: str) -> str:
    """The path of the question of that name."""
    found = roles.question(form, name)
    assert found is not None, name
    return found.path


def participant_answers(form: Questionnaire, rng: random.Random, category: str) -> Answers:
    """What one participant might say of shocks, stresses and the assets of their category."""
    answers: Answers = {}

    def rate(path: str, occurrence: str, values: list[str], centre: float) -> None:
        points = [v for v in values if v.isdigit()]
        if rng.random() < 0.1:
            answers[(path, occurrence)] = rng.choice([v for v in values if not v.isdigit()])
        else:
            point = min(5, max(1, round(rng.gauss(centre, 0.9))))
            answers[(path, occurrence)] = points[point - 1]

    for group in (roles.LIKELIHOOD, roles.CONSEQUENCE, roles.WEIGHT):
        for question in roles.asked_in(next(roles.groups(form, group))):
            values = [choice.value for choice in question.choices]
            rate(question.path, "", values, 1 + sum(map(ord, question.name + group)) % 41 / 10)
    repeat = next(roles.groups(form, roles.ASSETS))
    own = [row for row in roles.items(form, roles.ASSETS) if row["kategori"] == category]
    for position, row in enumerate(own, 1):
        answers[(f"{repeat.path}/{roles.ASSET_CODE}", str(position))] = row["name"]
        for question in roles.asked_in(repeat):
            values = [choice.value for choice in question.choices]
            centre = 1 + sum(map(ord, row["name"] + question.name)) % 37 / 9
            rate(question.path, str(position), values, centre)
    return answers


def places(form: Questionnaire) -> list[tuple[str, str, str]]:
    """(city, district, sub-district) codes."""
    city = {row["name"]: row["kota"] for row in roles.items(form, roles.DISTRICT)}
    rows = roles.items(form, "kelurahan")
    return [(city[row["kecamatan"]], row["kecamatan"], row["name"]) for row in rows]

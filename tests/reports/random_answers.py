"""What people might say in the real questionnaires."""

from __future__ import annotations

import random

from reports import question_names
from survey.forms.model.questionnaire import Question, Questionnaire

Value = str | list[str]
#: (path, occurrence) -> what was said.
Answers = dict[tuple[str, str], Value]


def draw_resident_answers(
    form: Questionnaire, rng: random.Random, place: tuple[str, str, str]
) -> Answers:
    """What one resident might say; they live, work or study at ``place``."""
    tie = rng.choices(["tinggal", "kerja", "belajar"], [80, 15, 5])[0]
    known: dict[str, Value] = {question_names.CITY_TIE: tie}
    known |= dict(
        zip((question_names.CITY, question_names.DISTRICT, "kelurahan"), place, strict=True)
    )
    said = {(q.path, ""): known.get(q.name) or draw_answer(q, rng) for q in form.questions}
    homeless = (path_of_question(form, question_names.COPING), "") if tie != "tinggal" else None
    return {key: value for key, value in said.items() if value and key != homeless}


def draw_answer(question: Question, rng: random.Random) -> Value | None:
    """Some answer; the choices at the top of a long list are given more often."""
    values = [choice.value for choice in question.choices]
    if question.kind.name == "text":
        return rng.choice(
            [None, "Banjir 🌊", "=1+1", "مياه نظيفة", "地铁", "Drainase, lalu trotoar"]
        )
    if question.kind.name == "select_multiple":
        weights = [1 / (1 + 0.5 * index) for index in range(len(values))]
        picked = {rng.choices(values, weights)[0] for _ in range(rng.randint(1, 3))}
        alone = picked & {"tidak_ada", question_names.NOT_SAID}
        return sorted(alone)[:1] or sorted(picked, key=values.index)
    if values[:4] == ["4", "3", "2", "1"]:
        tilt = sum(map(ord, question.name)) % 7
        return rng.choices(values, [1 + tilt, 6 + tilt, 8 - tilt, 5 - tilt / 2, 1.5])[0]
    return rng.choice(values) if values and rng.random() < 0.95 else None


def path_of_question(form: Questionnaire, name: str) -> str:
    """The path of the question of that name."""
    found = question_names.find_named_question(form, name)
    assert found is not None, name
    return found.path


def draw_participant_answers(form: Questionnaire, rng: random.Random, category: str) -> Answers:
    """What one participant might say of shocks, stresses and the assets of their category."""
    answers: Answers = {}

    def rate(path: str, occurrence: str, values: list[str], centre: float) -> None:
        points = [v for v in values if v.isdigit()]
        if rng.random() < 0.1:
            answers[(path, occurrence)] = rng.choice([v for v in values if not v.isdigit()])
        else:
            point = min(5, max(1, round(rng.gauss(centre, 0.9))))
            answers[(path, occurrence)] = points[point - 1]

    for group in (question_names.LIKELIHOOD, question_names.CONSEQUENCE, question_names.WEIGHT):
        for question in question_names.list_asked_questions(
            next(question_names.find_named_groups(form, group))
        ):
            values = [choice.value for choice in question.choices]
            rate(question.path, "", values, 1 + sum(map(ord, question.name + group)) % 41 / 10)
    repeat = next(question_names.find_named_groups(form, question_names.ASSETS))
    own = [
        row
        for row in question_names.list_carried_items(form, question_names.ASSETS)
        if row["kategori"] == category
    ]
    for position, row in enumerate(own, 1):
        answers[(f"{repeat.path}/{question_names.ASSET_CODE}", str(position))] = row["name"]
        for question in question_names.list_asked_questions(repeat):
            values = [choice.value for choice in question.choices]
            centre = 1 + sum(map(ord, row["name"] + question.name)) % 37 / 9
            rate(question.path, str(position), values, centre)
    return answers


def list_places(form: Questionnaire) -> list[tuple[str, str, str]]:
    """(city, district, sub-district) codes."""
    city = {
        row["name"]: row["kota"]
        for row in question_names.list_carried_items(form, question_names.DISTRICT)
    }
    rows = question_names.list_carried_items(form, "kelurahan")
    return [(city[row["kecamatan"]], row["kecamatan"], row["name"]) for row in rows]


def draw_leaning_choice(question: Question, rng: random.Random, about: str) -> str:
    """A choice that leans somewhere, depending on what it is about; sometimes not known."""
    values = [choice.value for choice in question.choices]
    points = [v for v in values if v.isdigit()]
    apart = [v for v in values if v in (question_names.UNKNOWN, question_names.NOT_MY_FIELD)]
    if apart and rng.random() < 0.08:
        return rng.choice(apart)
    if not points:
        return rng.choice(values)
    centre = 1 + sum(map(ord, about + question.name)) % (9 * len(points) - 8) / 9
    return points[min(len(points), max(1, round(rng.gauss(centre, 0.8)))) - 1]


def draw_condition_answers(form: Questionnaire, rng: random.Random, category: str) -> Answers:
    """What one participant might say of the state of the assets of their category."""
    repeat = next(question_names.find_named_groups(form, question_names.ASSETS))
    asked = {q.name: q for q in question_names.list_asked_questions(repeat)}
    answers: Answers = {}
    own = [
        row
        for row in question_names.list_carried_items(form, question_names.ASSETS)
        if row["kategori"] == category
    ]
    for position, row in enumerate(own, 1):
        said: dict[str, Value] = {
            name: draw_leaning_choice(asked[name], rng, row["name"])
            for name in (
                question_names.PHYSICAL,
                question_names.ADEQUACY,
                question_names.UPKEEP,
                question_names.CRITICALITY,
            )
        }
        if said[question_names.PHYSICAL] == question_names.NOT_MY_FIELD:
            said = {question_names.PHYSICAL: question_names.NOT_MY_FIELD}
        else:
            said[question_names.FAILS_TOO] = draw_knock_on(
                asked[question_names.FAILS_TOO], rng, row["name"], category
            )
            said[question_names.CONFIDENCE] = draw_leaning_choice(
                asked[question_names.CONFIDENCE], rng, row["name"]
            )
        answers[(f"{repeat.path}/{question_names.ASSET_CODE}", str(position))] = row["name"]
        answers |= {(asked[name].path, str(position)): value for name, value in said.items()}
    if rng.random() < 0.3:
        inside = f"/data/{question_names.MISSING_ASSETS}/"
        name = rng.choice(["Waduk Pluit", "waduk  pluit", f"Rumah Ibu Sari {rng.randrange(1000)}"])
        answers[(inside + question_names.MISSING_NAME, "1")] = name
        answers[(inside + question_names.MISSING_CATEGORY, "1")] = "banjir"
    return answers


def draw_knock_on(question: Question, rng: random.Random, asset: str, category: str) -> Value:
    """Up to three other categories, or that there are none, or that it is not known."""
    if rng.random() < 0.15:
        return rng.choice([question_names.NONE, question_names.UNKNOWN])
    others = [c.value for c in question.choices if c.value in question_names.CATEGORIES]
    others.remove(category)
    first = sum(map(ord, asset)) % len(others)
    picked = {others[first]} if rng.random() < 0.8 else set()
    picked |= {rng.choice(others) for _ in range(rng.randint(1, 2))}
    return sorted(picked)


PLAN_NAMES = (
    "Normalisasi Ciliwung",
    "JakLingko",
    "Sumur Resapan",
    "Sekolah Siaga",
    "Tanggul Pantai",
)
#: Nothing is planned for these.
UNPLANNED_DRIVERS = {"kerukunan", "siber", "korupsi"}


def draw_plan_answers(form: Questionnaire, rng: random.Random) -> Answers:
    """What one participant might tell of up to three plans; some are told of by several."""
    repeat = next(question_names.find_named_groups(form, question_names.PLANS))
    answers: Answers = {}
    for position in range(1, rng.randint(1, 3) + 1):
        name = rng.choice(PLAN_NAMES) if rng.random() < 0.3 else f"Program {rng.randrange(10**6)}"
        said: dict[str, Value] = {
            q.name: draw_leaning_choice(q, rng, name)
            for q in question_names.list_asked_questions(repeat)
            if q.choices
        }
        said |= {
            q.name: draw_ticked(q, rng)
            for q in question_names.list_asked_questions(repeat)
            if q.kind.name == "select_multiple"
        }
        said |= {
            question_names.PLAN_NAME: rng.choice([name, name.upper()]),
            question_names.OWNER: "bappeda",
        }
        said |= {question_names.PLAN_BEGINS: f"{rng.randint(2019, 2030)}-01-01"}
        direct = said[question_names.DIRECT]
        said[question_names.INDIRECT] = [
            c for c in said[question_names.INDIRECT] if c not in direct
        ]
        paths = {q.name: q.path for q in question_names.list_asked_questions(repeat)}
        answers |= {(paths[key], str(position)): value for key, value in said.items() if value}
    return answers


def draw_ticked(question: Question, rng: random.Random) -> list[str]:
    """Some choices in the order of the sheet, the upper ones more often."""
    values = [c.value for c in question.choices if c.value not in UNPLANNED_DRIVERS]
    weights = [1 / (1 + 0.3 * index) for index in range(len(values))]
    picked = {rng.choices(values, weights)[0] for _ in range(rng.randint(1, 3))}
    alone = picked & {question_names.NONE, question_names.UNKNOWN}
    return sorted(alone)[:1] or sorted(picked, key=values.index)


def draw_scenario_answers(form: Questionnaire, rng: random.Random) -> Answers:
    """What one participant might expect of 2030."""
    answers: Answers = {}
    for group in (question_names.TRENDS, question_names.CERTAINTY):
        for question in question_names.list_asked_questions(
            next(question_names.find_named_groups(form, group))
        ):
            answers[(question.path, "")] = draw_leaning_choice(question, rng, group)
    repeat = next(question_names.find_named_groups(form, question_names.SCENARIOS))
    asked = {q.name: q for q in question_names.list_asked_questions(repeat)}
    for position, row in enumerate(
        question_names.list_carried_items(form, question_names.SCENARIOS), 1
    ):
        answers[(f"{repeat.path}/{question_names.ASSET_CODE}", str(position))] = row["name"]
        for name in (
            question_names.LIKELIHOOD,
            question_names.CONSEQUENCE,
            question_names.READINESS,
        ):
            answers[(asked[name].path, str(position))] = draw_leaning_choice(
                asked[name], rng, row["name"]
            )
        answers[(asked[question_names.SHOCKS_THAT_WORSEN].path, str(position))] = draw_ticked(
            asked[question_names.SHOCKS_THAT_WORSEN], rng
        )
        if rng.random() < 0.4:
            answers[(asked[question_names.EARLY_SIGNS].path, str(position))] = "Muka air naik 📈"
    return answers

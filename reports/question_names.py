"""The names by which a report finds its questions in whatever questionnaire is fielded.

A questionnaire that uses these names for its groups and questions is reported; where in it they
stand is its author's choice. They are Indonesian because they are the variable names of the shipped
questionnaires, which answers already lie under in databases and exports; a questionnaire in any
language uses them, and nobody who answers sees them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from reports.localizer import gettext_noop
from survey.forms.model.questionnaire import Group, Question, Questionnaire
from survey.forms.model.xform_reader import XformReader

DRIVERS = "pendorong"
COMPARED_QUESTIONS = "banding"
SHOCKS = "guncangan"
STRESSES = "tekanan"
LIVED_THROUGH = "alami"
COPING = "bertahan"
#: What ties somebody to the city; with none they are not asked anything more.
CITY_TIE = "hubungan"
NO_CITY_TIE = "bukan"
CITY = "kota"
#: The column of the list of cities that names another one with which a small one is shown.
MERGED_INTO = "bersama"
DISTRICT = "kecamatan"
BACKGROUND_QUESTIONS = "latar"
LIKELIHOOD = "kemungkinan"
CONSEQUENCE = "dampak"
WEIGHT = "bobot"
ASSETS = "aset"
ASSET_CODE = "kode"
ASSET_CATEGORY = "kategori"
#: Questions answered in people's own words; their consent says that they may be quoted.
OPINIONS = ("perbaikan", "catatan")

#: In kondisi-aset: the ratings of each asset, and what fails with it.
CONDITION = "kondisi"
PHYSICAL = "fisik"
ADEQUACY = "kecukupan"
UPKEEP = "pemeliharaan"
CRITICALITY = "kekritisan"
CONFIDENCE = "keyakinan"
FAILS_TOO = "ikut_lumpuh"
PARTICIPANT_FIELD = "bidang"
MISSING_ASSETS = "aset_lain"
MISSING_NAME = "nama_lain"
MISSING_CATEGORY = "kategori_lain"

#: In rencana-kota: one plan after another.
PLANS = "rencana"
PLAN_NAME = "nama"
OWNER = "pemilik"
OTHER_OWNER = "pemilik_lain"
PLAN_KIND = "jenis"
PLAN_STAGE = "tahap"
PLAN_BEGINS = "mulai"
PLAN_ENDS = "selesai"
PLAN_EXTENT = "cakupan"
PLAN_AREA = "wilayah"
FUNDING = "dana"
COST = "biaya"
DIRECT = "langsung"
INDIRECT = "tidak_langsung"
BENEFIT = "manfaat"
OBSTACLES = "hambatan"
PLAN_LINK = "tautan"

#: In skenario: trends, and each scenario of its list.
TRENDS = "arah"
CERTAINTY = "kepastian"
SCENARIOS = "skenario"
READINESS = "kesiapan"
SHOCKS_THAT_WORSEN = "memburuk"
EARLY_SIGNS = "tanda"

#: Choices that are an answer but no point of a scale.
UNKNOWN = "tt"
NOT_MY_FIELD = "bb"
OTHER = "lain"
NONE = "tidak_ada"
NOT_EXPOSED = "tp"
NOT_SAID = "tm"

#: The twelve drivers of the City Resilience Framework under its four dimensions.
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    gettext_noop("Health and wellbeing"): ("kebutuhan", "pekerjaan", "kesehatan"),
    gettext_noop("Economy and society"): ("kerukunan", "keamanan", "ekonomi"),
    gettext_noop("Infrastructure and environment"): ("pelindung", "layanan", "mobilitas"),
    gettext_noop("Leadership and strategy"): ("kepemimpinan", "keterlibatan", "perencanaan"),
}
OTHER_DRIVERS = gettext_noop("Others")

#: What fits beside a bar; the wording of the question stands in the codebook.
DRIVER_NAMES: Mapping[str, str] = {
    "kebutuhan": gettext_noop("Basic needs"),
    "pekerjaan": gettext_noop("Jobs and small business"),
    "kesehatan": gettext_noop("Health care"),
    "kerukunan": gettext_noop("Neighbourly help"),
    "keamanan": gettext_noop("Safety and justice"),
    "ekonomi": gettext_noop("Economy and chances"),
    "pelindung": gettext_noop("Protection from disasters"),
    "layanan": gettext_noop("Services that keep running"),
    "mobilitas": gettext_noop("Transport and networks"),
    "kepemimpinan": gettext_noop("Leadership in a crisis"),
    "keterlibatan": gettext_noop("Informing and listening"),
    "perencanaan": gettext_noop("Long-term planning"),
}
SECTORS: Mapping[str, str] = {
    "pemerintah": gettext_noop("Government"),
    "swasta": gettext_noop("Private sector"),
    "akademisi": gettext_noop("Academia"),
    "masyarakat": gettext_noop("Community"),
    "mitra": gettext_noop("Development partners"),
}
CATEGORIES: Mapping[str, str] = {
    "air": gettext_noop("Water and wastewater"),
    "sampah": gettext_noop("Waste"),
    "banjir": gettext_noop("Flood and coast"),
    "energi": gettext_noop("Energy"),
    "transportasi": gettext_noop("Transport"),
    "telekomunikasi": gettext_noop("Telecom and data"),
    "kesehatan": gettext_noop("Health"),
    "pendidikan": gettext_noop("Education and social"),
    "permukiman": gettext_noop("Housing and public buildings"),
    "darurat": gettext_noop("Emergency and security"),
    "ekonomi": gettext_noop("Economy and food"),
    "hijau": gettext_noop("Green space and ecosystems"),
}
RESIDENT, PARTICIPANT = "resident", "participant"
ROLES: Mapping[str, str] = {
    RESIDENT: gettext_noop("Residents"),
    PARTICIPANT: gettext_noop("Participants"),
}
#: Whom a wave can ask.
AUDIENCES: Mapping[str, str] = {**ROLES, "facilitator": gettext_noop("Facilitators")}


def get_path_name(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def find_named_groups(questionnaire: Questionnaire, wanted: str) -> Iterator[Group]:
    """The groups and repeats of that name, outermost first."""
    for node in questionnaire.body.walk():
        if isinstance(node, Group) and get_path_name(node.path) == wanted:
            yield node


def find_repeats(questionnaire: Questionnaire) -> Iterator[Group]:
    """All repeats, outermost first."""
    yield from (n for n in questionnaire.body.walk() if isinstance(n, Group) and n.repeat)


def list_asked_questions(group: Group) -> tuple[Question, ...]:
    """The questions of a group, headings and notes left out."""
    questions = (node for node in group.walk() if isinstance(node, Question))
    return tuple(q for q in questions if not q.is_helper and not q.kind.is_note)


def find_named_question(questionnaire: Questionnaire, wanted: str) -> Question | None:
    """The first question of that name."""
    return next((q for q in questionnaire.questions if q.name == wanted), None)


def list_carried_items(questionnaire: Questionnaire, wanted: str) -> list[dict[str, str]]:
    """The rows of a list that the questionnaire carries, such as its assets."""
    return read_carried_lists(questionnaire.xform).get(wanted, [])


@lru_cache(maxsize=32)
def read_carried_lists(xform: str) -> Mapping[str, list[dict[str, str]]]:
    """All lists that a form carries, by name. Every chapter asks for some of them."""
    return XformReader(xform).lists


def get_item_label(item: Mapping[str, str], language: str) -> str:
    """A row's label in a language; list files have ``label`` and columns such as ``label_en``."""
    return item.get(f"label_{language}") or item.get("label") or item.get("name", "")


def find_asset_shock_groups(questionnaire: Questionnaire) -> Iterator[Group]:
    """The groups of shocks inside those of assets."""
    for assets in find_named_groups(questionnaire, ASSETS):
        yield from (
            n for n in assets.walk() if isinstance(n, Group) and get_path_name(n.path) == SHOCKS
        )


def list_scale_points(question: Question) -> tuple[int, ...]:
    """The points of a question's scale, lowest first: its choices that are whole numbers."""
    return tuple(sorted(int(c.value) for c in question.choices if c.value.isdigit()))

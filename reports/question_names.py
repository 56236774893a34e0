"""The names by which a report finds its questions in whatever questionnaire is fielded.

A questionnaire that uses these names for its groups and questions is reported; where in it they
stand is its author's choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reports.localizer import later
from survey.forms.model.questionnaire import Group, Question, Questionnaire
from survey.forms.model.xform_reader import Reader

DRIVERS = "pendorong"
COMPARED = "banding"
SHOCKS = "guncangan"
STRESSES = "tekanan"
LIVED = "alami"
COPING = "bertahan"
#: What ties somebody to the city; with none they are not asked anything more.
TIE = "hubungan"
NO_TIE = "bukan"
CITY = "kota"
#: The column of the list of cities that names another one with which a small one is shown.
TOGETHER = "bersama"
DISTRICT = "kecamatan"
BACKGROUND = "latar"
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
FIELD = "bidang"
MISSING = "aset_lain"
MISSING_NAME = "nama_lain"
MISSING_CATEGORY = "kategori_lain"

#: In rencana-kota: one plan after another.
PLANS = "rencana"
PLAN_NAME = "nama"
OWNER = "pemilik"
OTHER_OWNER = "pemilik_lain"
KIND = "jenis"
STAGE = "tahap"
BEGINS = "mulai"
ENDS = "selesai"
EXTENT = "cakupan"
WHERE = "wilayah"
FUNDING = "dana"
COST = "biaya"
DIRECT = "langsung"
INDIRECT = "tidak_langsung"
BENEFIT = "manfaat"
OBSTACLES = "hambatan"
LINK = "tautan"

#: In skenario: trends, and each scenario of its list.
TRENDS = "arah"
CERTAINTY = "kepastian"
SCENARIOS = "skenario"
READINESS = "kesiapan"
WORSENS = "memburuk"
SIGNS = "tanda"

#: Choices that are an answer but no point of a scale.
UNKNOWN = "tt"
NOT_MY_FIELD = "bb"
OTHER = "lain"
NONE = "tidak_ada"
NOT_EXPOSED = "tp"
NOT_SAID = "tm"

#: The twelve drivers of the City Resilience Framework under its four dimensions.
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    later("Health and wellbeing"): ("kebutuhan", "pekerjaan", "kesehatan"),
    later("Economy and society"): ("kerukunan", "keamanan", "ekonomi"),
    later("Infrastructure and environment"): ("pelindung", "layanan", "mobilitas"),
    later("Leadership and strategy"): ("kepemimpinan", "keterlibatan", "perencanaan"),
}
OTHER_DRIVERS = later("Others")

#: What fits beside a bar; the wording of the question stands in the codebook.
DRIVER_NAMES: Mapping[str, str] = {
    "kebutuhan": later("Basic needs"),
    "pekerjaan": later("Jobs and small business"),
    "kesehatan": later("Health care"),
    "kerukunan": later("Neighbourly help"),
    "keamanan": later("Safety and justice"),
    "ekonomi": later("Economy and chances"),
    "pelindung": later("Protection from disasters"),
    "layanan": later("Services that keep running"),
    "mobilitas": later("Transport and networks"),
    "kepemimpinan": later("Leadership in a crisis"),
    "keterlibatan": later("Informing and listening"),
    "perencanaan": later("Long-term planning"),
}
SECTORS: Mapping[str, str] = {
    "pemerintah": later("Government"),
    "swasta": later("Private sector"),
    "akademisi": later("Academia"),
    "masyarakat": later("Community"),
    "mitra": later("Development partners"),
}
CATEGORIES: Mapping[str, str] = {
    "air": later("Water and wastewater"),
    "sampah": later("Waste"),
    "banjir": later("Flood and coast"),
    "energi": later("Energy"),
    "transportasi": later("Transport"),
    "telekomunikasi": later("Telecom and data"),
    "kesehatan": later("Health"),
    "pendidikan": later("Education and social"),
    "permukiman": later("Housing and public buildings"),
    "darurat": later("Emergency and security"),
    "ekonomi": later("Economy and food"),
    "hijau": later("Green space and ecosystems"),
}
RESIDENT, PARTICIPANT = "resident", "participant"
ROLES: Mapping[str, str] = {
    RESIDENT: later("Residents"),
    PARTICIPANT: later("Participants"),
}
#: Whom a wave can ask.
AUDIENCES: Mapping[str, str] = {**ROLES, "facilitator": later("Facilitators")}
LANGUAGES: Mapping[str, str] = {"id": later("Indonesian"), "en": later("English")}


def name(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def groups(questionnaire: Questionnaire, wanted: str) -> Iterator[Group]:
    """The groups and repeats of that name, outermost first."""
    for node in questionnaire.body.walk():
        if isinstance(node, Group) and name(node.path) == wanted:
            yield node


def repeats(questionnaire: Questionnaire) -> Iterator[Group]:
    """All repeats, outermost first."""
    yield from (n for n in questionnaire.body.walk() if isinstance(n, Group) and n.repeat)


def asked_in(group: Group) -> tuple[Question, ...]:
    """The questions of a group, headings and notes left out."""
    questions = (node for node in group.walk() if isinstance(node, Question))
    return tuple(q for q in questions if not q.helper and q.kind != "note")


def question(questionnaire: Questionnaire, wanted: str) -> Question | None:
    """The first question of that name."""
    return next((q for q in questionnaire.questions if q.name == wanted), None)


def items(questionnaire: Questionnaire, wanted: str) -> list[dict[str, str]]:
    """The rows of a list that the questionnaire carries, such as its assets."""
    return Reader(questionnaire.xform).lists.get(wanted, [])


def item_label(item: Mapping[str, str], language: str) -> str:
    """A row's label in a language; list files have ``label`` and columns such as ``label_en``."""
    return item.get(f"label_{language}") or item.get("label") or item.get("name", "")


def shocks_of_assets(questionnaire: Questionnaire) -> Iterator[Group]:
    """The groups of shocks inside those of assets."""
    for assets in groups(questionnaire, ASSETS):
        yield from (n for n in assets.walk() if isinstance(n, Group) and name(n.path) == SHOCKS)


def points(question: Question) -> tuple[int, ...]:
    """The points of a question's scale, lowest first: its choices that are whole numbers."""
    return tuple(sorted(int(c.value) for c in question.choices if c.value.isdigit()))

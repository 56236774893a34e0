"""Taking out of what somebody wrote whatever could tell who is meant. Pure.

Numbers, addresses on the net, streets and houses follow patterns and are found. Names do not: those
are found that stand behind a title or a word such as *nama saya*. Any other is left to the eye of
whoever releases the text; ``doubtful`` says where to look. In doubt too much is taken out.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import regex

#: Stands where something was taken out.
MARK = "[…]"

#: What follows *jalan* or *gang* where no street's name does.
NO_STREET = (
    "agar aja alternatif arteri atau bagus banjir banyak baru becek berlubang bersama besar bolong "
    "buntu dalam dan dari dengan dgn di dki gak gelap hancur harus inspeksi ini itu jakarta jelek "
    "juga kaki kami kampung ke kecil keluar kita kota layang lebar lebih licin lingkungan macet "
    "masih masuk masyarakat motor nasional nya pada para perumahan pintas protokol pulang raya "
    "rusak saja sama saya sebaiknya sedang selalu semakin sempit sepi sering setapak sudah supaya "
    "tanpa terus tidak tikus tol umum untuk utama utk warga yang yg"
)
#: What follows a title or *saya* where no name does.
NO_NAME = NO_STREET + (
    " ada adalah admin agama ah air aku anak anda angkot apa asli bapak baik bantu basuki bencana "
    "berharap bersih bikin bilang bisa bpk bu buat bukan butuh camat cepat coba damai daerah dalam "
    "deh diri dinas dokter dong dosen dpr dprd drainase emas erte erwe gimana gubernur guru haji "
    "hamil harap ibu iya jalan jangan jokowi-jokowi juru kadang kalau kali kalo kandung kapan "
    "karena kasih kawin kawinan kebersihan kelurahan kepada kepala kerja ketua kota kurang kuasa "
    "lagi lalu lampu listrik lurah mahasiswa mau melihat menteri menyusui merasa minta mohon mrt "
    "muda negara nih ogah orang pasar pejabat pekerja pemerintah pemda pemprov penting perbaiki "
    "perkotaan perlu pernah pertiwi polisi pribadi presiden punya rakyat rumah rt rw sampah sangat "
    "sarankan satpam sebagai segera sekarang sekolah semoga semua senang sendiri setuju si siapa "
    "sih sini sungai suka supir susu tahu taman tambah tangga tani tapi tetap tiap tinggal tiri "
    "tolong transjakarta tua tukang udara usul wali walikota warung wilayah ya"
    " a an at be from have i in is it not of so the to very was with you citizen resident worried"
    " barat utara timur selatan pusat seribu indonesia betawi senin selasa rabu kamis jumat sabtu"
    " minggu januari februari maret april mei juni juli agustus september oktober november desember"
)
TITLES = (
    "pak bpk bapak bu ibu bang bg mas mbak mba mbk kang teh neng om tante haji hajah hj ust ustad "
    "ustaz ustadz ustadzah kyai kiai habib gus koh cik engkong encang tuan nyonya sdr sdri saudara "
    "saudari mr mrs ms miss mister prof dr drg ir kh h"
)
#: Titles behind which a name may be written small; the others mean something else as well.
PLAIN = "pak bpk bapak bu ibu bang mas mbak mba mbk tante om haji hajah ustad ustaz ustadz sdr sdri"
OFFICES = (
    r"wali\s?kota|ketua\s+r[tw]|pak\s+r[tw]|bu\s+r[tw]|r[tw]|lurah|camat|gubernur|bupati|presiden|"
    r"menteri|kepala\s+\p{L}+|ketua|dokter|guru|haji|dosen|satpam"
)
COUNTED = (
    "nol kosong satu dua tiga empat lima enam tujuh delapan sembilan sepuluh "
    "zero oh one two three four five six seven eight nine ten"
)


def one_of(words: str) -> str:
    """Any of these words, whatever its case."""
    return f"(?i:{'|'.join(words.split())})"


CAPITAL = rf"(?!{one_of(NO_NAME)}(?!\p{{L}}))\p{{Lu}}[\p{{L}}'’]*\.?"
NAME = rf"{CAPITAL}(?:[\s-]+(?:(?i:bin|binti|al|van|de)\s+)?{CAPITAL}){{0,3}}"
SMALL = rf"(?!{one_of(NO_NAME)}(?!\p{{L}}))(?!\p{{L}}{{3,}}nya(?!\p{{L}}))\p{{L}}{{2,}}"
STREET = rf"(?!{one_of(NO_STREET)}(?!\p{{L}}))"
NAMED = rf"{STREET}\p{{Lu}}[\p{{L}}'’.]*(?:\s+(?:\p{{Lu}}[\p{{L}}'’.]*|\p{{Nd}}{{1,3}})){{0,3}}"
HOUSE = r"(?:[\s,]*(?i:no|nomor|nmr|#)\s*[.:]?\s*\p{Nd}+\s?\p{L}?(?!\p{L})(?:\s*[/-]\s*\p{Nd}+)?)"
DIGIT = (
    rf"(?:[\p{{Nd}}\p{{No}}]|(?<=\p{{N}})[oOlISB](?=\p{{N}})"
    rf"|(?<!\p{{L}}){one_of(COUNTED)}(?!\p{{L}}))"
)
FEW = rf"(?:\p{{Nd}}{{1,3}}|{one_of(COUNTED)}(?!\p{{L}}))"
BLOCK = r"(?i:r\.?t\.?\s*/\s*r\.?w\.?|r\.t\.?|r\.w\.?|rt|rw|erte|erwe)"
ENDINGS = "com|net|org|info|biz|id|co|me|ly|link|io|app|gov|tv|xyz|site|online|store"

SPACED = rf"{DIGIT}[\s\p{{P}}\p{{S}}\p{{M}}]{{0,4}}"
PHONE = rf"[+(]*(?:(?<!\p{{L}})[oO])?(?:{SPACED}){{5,}}{DIGIT}[oO\p{{M}}]*"
PLATE = r"(?:[ABDEFGHKLMNPRSTWZ]|A[ABDEG]|B[ABDEGHKLMNP]|D[A-DEGHKLMNPRSTW]|E[ABD]|K[BHTU]|P[AB])"
STREETS = r"\b(?i:jl|jln|jalan|gang|gg)\b\.?\s*"
M_TERMINAL = r"(?!(?i:m)\b(?!\s*[-/.]?\s*\p{Nd}))"

#: What is taken out, in this order; of a pattern with a group ``keep`` that much stays.
PATTERNS = {
    name: regex.compile(pattern)
    for name, pattern in {
        "link": r"(?i)(?:https?://|www\.)\S+",
        "e-mail": r"[\p{L}\p{N}._%+-]+\s?@\s?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+",
        "e-mail in words": (
            r"(?i)[\p{L}\p{N}._-]+\s*(?:\(at\)|\[at\]|\bat\b|@)\s*[\p{L}\p{N}-]+\s*"
            rf"(?:\(dot\)|\bdot\b|\btitik\b|\.)\s*(?:{ENDINGS})\b"
        ),
        "site": (
            r"(?i)(?<![\p{L}\p{N}])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*"
            rf"\.(?:{ENDINGS})(?![\p{{L}}\p{{N}}])(?:/\S*)?"
        ),
        "handle": r"@[\p{L}\p{N}_][\p{L}\p{N}_.]+",
        "account": (
            r"(?i)\b(?:ig|insta|instagram|fb|facebook|tiktok|twitter|telegram|wa|whatsapp|line|akun"
            r"|username)\b\s*(?:saya|ku|gue)?\s*(?:[:=]\s*\S+|\s(?=\p{L}\S*[\p{N}_])\S+)"
        ),
        "birth": r"(?i)\b(?:lahir|kelahiran|ttl|born|birthday|dob)\b[^\n.;]{0,40}\p{Nd}+",
        "number": PHONE,
        "plate": rf"\b{PLATE}[\s.-]?\p{{Nd}}{{1,4}}[\s.-]?\p{{Lu}}{{1,3}}\b",
        "plate in small letters": r"(?i)\b[bfadelt][\s.-]?\p{Nd}{3,4}[\s.-]?\p{L}{1,3}\b",
        "RT and RW": (
            rf"\b{BLOCK}\s*[.:/]?\s*(?:(?i:no)\.?\s*)?{FEW}"
            rf"(?:[\s/.,-]*{BLOCK}\s*[.:/]?\s*{FEW}|\s*/\s*{FEW})*"
        ),
        "street": rf"{STREETS}(?:{NAMED}|{STREET}[\p{{L}}\s]{{1,30}}?(?={HOUSE})){HOUSE}?",
        "street in small letters": rf"\b(?i:jl|jln|gg)\b\.?\s*{STREET}\p{{L}}{{2,}}{HOUSE}?",
        "alley": r"\b(?i:gang|gg)\b\.?\s*(?:\p{L}+\s+)?\p{Nd}{1,3}\b",
        "block": (
            rf"\b(?i:blok|block)\b\.?\s*{M_TERMINAL}(?!(?i:di|ke|yg)\b)(?:\p{{L}}{{0,2}}\s?"
            rf"[-/.]?\s?\p{{Nd}}{{1,3}}(?:\s?[-/.]\s?\p{{Nd}}{{1,3}})?\p{{L}}?|\p{{L}}{{1,2}})\b"
            rf"{HOUSE}?"
        ),
        "estate": (
            r"\b(?i:komplek|kompleks|perumahan|perum|apartemen|apartment|kos|kost|kosan|kontrakan)"
            rf"\s+(?:(?i:pak|bu|haji)\s+)?{NAMED}{HOUSE}?"
        ),
        "flat": (
            r"\b(?i:unit|tower|kamar|lantai|lt|no\.?\s*rumah|nomor\s*rumah|rumah\s*no(?:mor)?"
            r"|kode\s*pos)\b\.?\s*:?\s*\p{L}?\s?-?\p{Nd}+\p{L}?(?:[/-]\p{Nd}+)?"
        ),
        "own name": (
            r"\b(?P<keep>(?i:nama(?:\s+(?:lengkap\s+)?(?:saya|aku|gue|gw)|ku)|my\s+name(?:['’]s|\s+"
            r"is)|atas\s+nama|bernama|panggil\s+saya|call\s+me)(?:\s+(?i:adalah|is))?\s*:?)"
            rf"\s+(?!\[)(?:{NAME}|\p{{L}}+(?:\s+{NAME})?)"
        ),
        "own name with a capital": (
            r"\b(?P<keep>(?i:nama(?:nya)?\s*:|saya|aku|gue|perkenalkan,?|i['’]m|i\s+am|a\.?n\.))"
            rf"\s*,?\s+{NAME}"
        ),
        "short title": (
            rf"\b(?P<keep>(?i:(?:bpk|sdr|sdri|h|hj|kh|dr|drg|ir|ust|prof|mr|mrs|ms)\.\s*)){NAME}"
        ),
        "title": rf"\b(?P<keep>{one_of(TITLES)}(?:\s+(?i:{OFFICES}))*)\s+{NAME}",
        "title and small letters": rf"\b(?P<keep>{one_of(PLAIN)})\s+{SMALL}\b",
        "office": rf"\b(?P<keep>(?i:{OFFICES}))\s+{NAME}",
        "signature": (
            r"(?P<keep>(?i:salam|hormat\s+saya|ttd|terima\s+kasih|makasih|regards|thanks)"
            rf"[\s,.!:–-]+){NAME}[\s.!]*$"
        ),
    }.items()
}
INVISIBLE = regex.compile(r"(?V1)[\p{Cf}--[\u200c\u200d]]")
BLANK = regex.compile(r"[\s\p{Cc}]+")
AGAIN = regex.compile(r"\[…\](?:[\s,.;:/–-]*\[…\])+")
#: Words with a capital behind one without, as names have it.
MIDWAY = regex.compile(rf"(?<=[\p{{Ll}}\]],?\s)(?!\p{{Lu}}{{1,5}}\b|{one_of(TITLES)}\b){NAME}")


@dataclass(frozen=True, slots=True)
class Redacted:
    """What is left of a text, and in how many places something was taken out."""

    text: str
    removed: int


@lru_cache(maxsize=1 << 14)
def redacted(text: str) -> Redacted:
    """The text on one line without what could tell who is meant, ``MARK`` in its place.

    Taken out are, wherever they stand: six digits or more with whatever is between them, written as
    words too; e-mail and other addresses on the net, accounts; number plates, RT and RW, streets
    and houses; dates of birth; names behind a title, an office or *saya*. Doing it again changes
    nothing.
    """
    left, before = tidy(text), ""
    while left != before:
        before = left
        for pattern in PATTERNS.values():
            left = pattern.sub(kept, left)
        left = tidy(AGAIN.sub(MARK, left))
    return Redacted(left, left.count(MARK))


def tidy(text: str) -> str:
    """On one line, without letters that cannot be seen."""
    return BLANK.sub(" ", INVISIBLE.sub("", text)).strip()


def kept(found: regex.Match[str]) -> str:
    """What stands in the place of something found."""
    words = found.groupdict().get("keep")
    return f"{words.rstrip()} {MARK}" if words else MARK


def doubtful(text: str) -> list[str]:
    """Words of a redacted text that may still be a name: a person must look at them."""
    return list(dict.fromkeys(MIDWAY.findall(text)))


def excerpt(text: str, part: str) -> str | None:
    """``text`` with ``MARK`` for what ``part`` leaves out; None if that has words of its own.

    So a quote can be shortened, but nobody can be made to say what they did not write. Capitals and
    punctuation do not count; emoji stay where they stood.
    """
    words, wanted = text.split(), [word for w in part.split() if (word := bare(w))]
    blocks = SequenceMatcher(None, [bare(w) for w in words], wanted, False).get_matching_blocks()
    if not wanted or sum(block.size for block in blocks) != len(wanted):
        return None
    left: list[str] = []
    end = 0
    for block in blocks:
        begin = block.a if block.size else len(words)
        gap = words[end:begin]
        left += [MARK] if any(map(bare, gap)) else gap
        left += words[begin : begin + block.size]
        end = begin + block.size
    return AGAIN.sub(MARK, " ".join(left))


def bare(word: str) -> str:
    """A word's letters and digits alone."""
    return regex.sub(r"[^\p{L}\p{N}]", "", word).casefold()

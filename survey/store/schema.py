"""The tables. What each row means stands here; how they came to be stands in ``migrations``.

Times are UTC, stored as whole microseconds since 1970 (``Moment``), so that they compare and sort
alike in every database. Only ``contact`` knows who somebody is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as an integer; a naive one is refused."""

    impl = BigInteger
    # Without this word SQLAlchemy compiles every statement with a time in it anew.
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Raise ValueError for a time without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        # In whole numbers: a float of seconds, as ``timestamp()`` gives it, does not hold every
        # microsecond, and claims and versions of answers are recognised by their time.
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Always in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


# Every constraint has a name, because a migration can drop or change only what has one.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

questionnaire = Table(
    "questionnaire",
    metadata,
    Column("digest", String(64), primary_key=True, comment="SHA-256 of xform"),
    Column("id", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    Column("xform", Text, nullable=False, comment="whole, lists included"),
    Column("added_at", Moment, nullable=False),
    comment="Every version that was ever fielded. Interviews keep the one they began with.",
)

wave = Table(
    "wave",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("digest", ForeignKey("questionnaire.digest"), nullable=False, comment="for new ones"),
    Column("audience", JSON, nullable=False, comment="list of roles"),
    Column("opens_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("languages", JSON, nullable=False, comment="IETF codes, the default first"),
    Column("paused_at", Moment, nullable=True, comment="takes no answers since"),
    comment="One fielding of a questionnaire.",
)

invitation = Table(
    "invitation",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("sector", String(32), nullable=False, server_default=""),
    Column("category", String(32), nullable=False, server_default=""),
    Column("uses", Integer, nullable=False, comment="how many people it was made for"),
    Column("created_at", Moment, nullable=False),
    Column(
        "workshop_id",
        String(64),
        nullable=False,
        server_default="",
        comment="which one a facilitator leads; '' for others",
    ),
    Column("expires_at", Moment, nullable=True, comment="not taken from then on"),
    Column("revoked_at", Moment, nullable=True, comment="by the operator"),
    comment="What makes a person a participant, with the sector and category they stand for.",
)

respondent = Table(
    "respondent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pseudonym", String(16), nullable=False, unique=True, comment="random"),
    Column("role", String(16), nullable=False),
    Column("sector", String(32), nullable=False, server_default=""),
    Column("category", String(32), nullable=False, server_default=""),
    Column("invitation", ForeignKey("invitation.code"), nullable=True),
    Column("source", String(64), nullable=False, server_default="", comment="payload of the link"),
    Column("language", String(8), nullable=False),
    Column("joined_at", Moment, nullable=False),
    comment="A person as the answers know them: a pseudonym.",
)

# Where numbers come from Telegram or are drawn, ``autoincrement`` is off: SQLAlchemy would
# otherwise take a lone integer key for one that the database gives.
contact = Table(
    "contact",
    metadata,
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    Column("respondent_id", ForeignKey("respondent.id", ondelete="CASCADE"), unique=True),
    Column("wave_id", ForeignKey("wave.id"), nullable=True, comment="what they are at just now"),
    Column("card", BigInteger, nullable=True, comment="message id of the live card"),
    Column("blocked_at", Moment, nullable=True),
    Column("shown_interview", BigInteger, nullable=True, comment="on the card"),
    Column("shown_steps", Integer, nullable=True, comment="of it, as the card shows"),
    Column("shown_at", Moment, nullable=True, comment="by Telegram's clock"),
    Column(
        "doubt_from",
        BigInteger,
        nullable=True,
        comment="message id; a card that nobody knows of may stand after it",
    ),
    comment="The only link between a person and a pseudonym. Deleting the row unlinks for good.",
)

# The number is drawn because it stands in callback data: one that counts up would tell how many
# took part and would invite trying the next one.
interview = Table(
    "interview",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="random"),
    Column("wave_id", ForeignKey("wave.id"), nullable=False),
    Column("respondent_id", ForeignKey("respondent.id", ondelete="CASCADE"), nullable=False),
    Column("digest", ForeignKey("questionnaire.digest"), nullable=False, comment="pinned"),
    Column("seed", BigInteger, nullable=False, comment="orders what is shuffled"),
    Column("language", String(8), nullable=False),
    Column("started_at", Moment, nullable=False, comment="of the consent"),
    Column("last_at", Moment, nullable=False, comment="of the last step"),
    Column("sent_at", Moment, nullable=True, comment="of the first sending"),
    Column("steps", Integer, nullable=False, comment="how many there are"),
    Column("progress", Float, nullable=False, comment="share of the questions gone through, 0-1"),
    Column(
        "spent",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="microseconds from step to step until the first sending; a pause counts 5 minutes",
    ),
    Column("position", String(255), nullable=False, comment="key of the question they stand at"),
    UniqueConstraint("wave_id", "respondent_id"),
    comment="One respondent's pass through a wave's questionnaire. Exists from the consent on.",
)

step = Table(
    "step",
    metadata,
    Column("interview_id", ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, comment="1, 2, 3 …"),
    Column("kind", String(16), nullable=False),
    Column("key", String(255), nullable=False, comment="path with positions; '' for the review"),
    Column("value", Text, nullable=False),
    Column("at", Moment, nullable=False),
    comment="What a person did. Append-only; an interview is restored by replaying its steps.",
)

question = Table(
    "question",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("questionnaire", String(64), nullable=False, comment="id, whatever the version"),
    Column("path", String(255), nullable=False, comment="without positions"),
    UniqueConstraint("questionnaire", "path"),
    comment="Integer codes for questions.",
)

code = Table(
    "code",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value", String(255), nullable=False, unique=True),
    comment="Integer codes for the values of choices, the same in every question.",
)

code_number = Table(
    "code_number",
    metadata,
    Column("question_id", ForeignKey("question.id"), primary_key=True),
    Column("code_id", ForeignKey("code.id"), primary_key=True),
    Column("number", Float, nullable=False, comment="never changed, never given again"),
    Column("place", Integer, nullable=False, comment="1, 2, 3 … as they were fielded"),
    UniqueConstraint("question_id", "number"),
    comment="The number of a choice's code in statistics programs, fixed when first fielded.",
)

answer = Table(
    "answer",
    metadata,
    Column("interview_id", ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True),
    Column("question_id", ForeignKey("question.id"), primary_key=True),
    Column("occurrence", String(32), primary_key=True, comment="'' or the repeats', '2' or '2.1'"),
    Column("number", Integer, primary_key=True, comment="0; the n-th of several choices"),
    Column("code_id", ForeignKey("code.id"), nullable=True, comment="of a choice"),
    Column("value", Text, nullable=True, comment="where it is no choice"),
    Column("answered_at", Moment, nullable=False),
    Index("ix_answer_question_id_code_id", "question_id", "code_id"),
    comment="The answers that stand: a projection of the steps, kept in the same transaction.",
)

release = Table(
    "release",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("number", Integer, primary_key=True, comment="1, 2, 3 …"),
    Column("at", Moment, nullable=False, comment="what came before could be in it"),
    Column("breaks_down", Boolean, nullable=False, comment="whether rows could take people"),
    Column("size", Integer, nullable=False, comment="people in it"),
    Column("sizes", JSON, nullable=False, comment="of rows, as they were shown last"),
    Column("closed_rows", JSON, nullable=False, comment="list of grouping, category: not shown"),
    Column("closed_groupings", JSON, nullable=False, comment="list: no row is shown"),
    comment="At which moments figures changed. Of who left since, only counts are remembered.",
)

released_interview = Table(
    "released_interview",
    metadata,
    Column("interview_id", ForeignKey("interview.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(16), nullable=False, comment="of the release"),
    Column("version", Integer, nullable=False, comment="its number of steps by then"),
    Column("batch", Integer, nullable=False, comment="number of the release it came with"),
    Column("rows", JSON, nullable=False, comment="grouping -> category, number of the release"),
    Column("set_aside", Integer, nullable=False, comment="number of the last that left it out"),
    Column("away", Boolean, nullable=False, comment="left out, until others come"),
    comment="Who is in the figures since when. It goes with the interview.",
)

# ``number`` is 0 in every row, but SQLite demands that a foreign key refer to a whole key.
quote = Table(
    "quote",
    metadata,
    Column("interview_id", BigInteger, primary_key=True, autoincrement=False),
    Column("question_id", Integer, primary_key=True, autoincrement=False),
    Column("occurrence", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, comment="0: text is one value"),
    Column("text", Text, nullable=True, comment="as released; without: not to be quoted"),
    Column("at", Moment, nullable=False, comment="of the decision"),
    ForeignKeyConstraint(
        ["interview_id", "question_id", "occurrence", "number"],
        ["answer.interview_id", "answer.question_id", "answer.occurrence", "answer.number"],
        ondelete="CASCADE",
    ),
    comment="That an answer may be quoted, or not. It goes with the answer, if that changes too.",
)

# SET NULL and not CASCADE: without the row nobody would know which file is to be deleted.
attachment = Table(
    "attachment",
    metadata,
    Column("name", String(64), primary_key=True, comment="drawn; the answer's value"),
    Column("interview_id", ForeignKey("interview.id", ondelete="SET NULL"), nullable=True),
    Column("mime", String(255), nullable=False),
    Column("size", BigInteger, nullable=False, comment="bytes"),
    Column("bot", BigInteger, nullable=False, comment="whose file_id it is"),
    Column("file_id", Text, nullable=False, comment="by which the bot fetches it"),
    Column("file_unique_id", String(64), nullable=False, comment="the same for the same file"),
    Column("album", String(64), nullable=False, comment="the same for files sent together, or ''"),
    Column("fetched_at", Moment, nullable=True, comment="since when it lies in the folder"),
    Index("ix_attachment_interview_id", "interview_id"),
    comment="A file that answers a question. Without interview: to be deleted, the file first.",
)

refusal = Table(
    "refusal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wave_id", ForeignKey("wave.id"), nullable=False),
    Column("language", String(8), nullable=False),
    Column("at", Moment, nullable=False, comment="the hour, no finer"),
    comment="Somebody declined. Nothing else is known of them.",
)

receipt = Table(
    "receipt",
    metadata,
    Column("code", String(16), primary_key=True, comment="told to the person"),
    Column("at", Moment, nullable=False),
    Column("interviews", JSON, nullable=False, comment="wave -> number of answers deleted"),
    comment="That somebody withdrew and what was deleted, not who.",
)

cause = Table(
    "cause",
    metadata,
    Column("source", BigInteger, primary_key=True, autoincrement=False, comment="the bot's id"),
    Column("key", BigInteger, primary_key=True, autoincrement=False, comment="the update's id"),
    Column("at", Moment, nullable=False),
    Index("ix_cause_at", "at"),
    comment="Updates that were carried out, so that a repetition does nothing. Kept for 48 hours.",
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("source", BigInteger, primary_key=True, autoincrement=False, comment="the bot's id"),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False, comment="or 0"),
    Column("kind", String(32), nullable=False, comment="message, callback_query …"),
    Column("place", String(255), nullable=False, comment="of the fault, with its type"),
    Column("at", Moment, nullable=False),
    comment="Updates that could not be read or carried out. Nothing of what they said.",
)

chat = Table(
    "chat",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("since", Moment, nullable=False, comment="gets no report of a period before"),
    Column("kinds", JSON, nullable=False, server_default="[]", comment="list; empty: all"),
    Column("formats", JSON, nullable=False, server_default='["pdf", "xlsx"]', comment="list"),
    Column("quiet", String(16), nullable=False, server_default="", comment="21:00-06:00 or ''"),
    Column("skip_unchanged", Boolean, nullable=False, server_default="0"),
    Column("refusals", Integer, nullable=False, server_default="0", comment="one after another"),
    comment="Chats that hold a role, such as the secretariat's, and which reports they get how.",
)

schedule = Table(
    "schedule",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("report", String(32), nullable=False, comment="kind of report"),
    Column("every", String(64), nullable=False, comment="such as 'weekly, monday 07:00'"),
    Column("since", Moment, nullable=False, comment="nothing that was due before"),
    Column("active", Boolean, nullable=False),
    comment="Which report goes out when.",
)

delivery = Table(
    "delivery",
    metadata,
    Column("report", String(32), primary_key=True, comment="kind of report"),
    Column("scope", String(64), primary_key=True, comment="wave or workshop, or '' for all"),
    Column("period", String(64), primary_key=True, comment="ISO start/end"),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "asked",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="message id of the choices with which it was asked for; 0: by a schedule",
    ),
    Column("schedule", String(64), nullable=False, comment="which one it is due by, or ''"),
    Column("language", String(8), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column(
        "claimed_at",
        Moment,
        nullable=True,
        comment="by the process that is at it; taken again when it is too old",
    ),
    Column("retry_at", Moment, nullable=True, comment="not before, as it could not be made"),
    Column("notices", JSON, nullable=False, comment="part -> message id of its notice"),
    Column("failures", Integer, nullable=False, comment="how often it could not be made"),
    Column("delivered_at", Moment, nullable=True),
    Column("skipped_at", Moment, nullable=True, comment="nothing had changed"),
    Column(
        "renewed_at",
        Moment,
        nullable=True,
        comment="by the process that is at it, as long as it lives",
    ),
    # A request is claimed by the message of its choices alone, whatever was chosen; 0 stands for a
    # schedule, which brings a chat many.
    Index(
        "ix_delivery_asked",
        "chat_id",
        "asked",
        unique=True,
        sqlite_where=text("asked != 0"),
        postgresql_where=text("asked != 0"),
    ),
    comment="That one report of one period reached one chat. The row is the claim.",
)

wish = Table(
    "wish",
    metadata,
    Column("telegram_id", ForeignKey("contact.telegram_id", ondelete="CASCADE"), primary_key=True),
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("asked_at", Moment, nullable=False),
    Column("claimed_at", Moment, nullable=True, comment="taken again when it is too old"),
    Column("notice", BigInteger, nullable=True, comment="message id; the summary is put into it"),
    Column("told_at", Moment, nullable=True),
    comment="That a person wants to be told the results of a wave. It goes with the contact.",
)

summary = Table(
    "summary",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("text", Text, nullable=False, comment="Telegram's HTML"),
    Column("picture", LargeBinary, nullable=False, comment="PNG; empty if there is none"),
    Column("made_at", Moment, nullable=False, comment="the same in all languages"),
    Column("released", Boolean, nullable=True, comment="by the secretariat; without: undecided"),
    comment="What those who wish are told of a wave; one text in each language, the same for all.",
)

preview = Table(
    "preview",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message", BigInteger, nullable=False, comment="id of the card that asks"),
    Column("asked_at", Moment, nullable=False, server_default="0"),
    comment="That a chat of the secretariat has been asked whether a summary may go out.",
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String(64), nullable=False, comment="a name that they gave"),
    Column("place", String(64), nullable=False, comment="command line, or which chat"),
    Column("act", String(64), nullable=False),
    Column("subject", String(255), nullable=False, comment="nothing of residents"),
    comment="What operator and secretariat changed. Append-only.",
)

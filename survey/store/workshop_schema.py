"""The tables of workshops. What each row means stands here, as in ``schema``."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from survey.store.schema import Moment, metadata

workshop = Table(
    "workshop",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", JSON, nullable=False, comment="language -> words"),
    Column("code", String(32), nullable=False, unique=True, comment="what participants type"),
    Column("held_at", Moment, nullable=False, comment="when it begins"),
    Column("rule", JSON, nullable=False, comment="of agreement, fixed beforehand"),
    Column("rounds", Integer, nullable=False, comment="at the most, fixed beforehand"),
    Column("register", JSON, nullable=False, comment="assets, shocks and scale with their words"),
    Column("programme", JSON, nullable=False, comment="list of time and words"),
    Column("before", JSON, nullable=True, comment="where the answers given beforehand stand"),
    Column("screen", String(64), nullable=False, unique=True, comment="secret of the projector"),
    Column("created_at", Moment, nullable=False),
    Column(
        "people",
        Integer,
        nullable=False,
        server_default="60",
        comment="in the room, as a facilitator named it; the web page lets in no more",
    ),
    Column(
        "seats_given",
        Integer,
        nullable=False,
        server_default="0",
        comment="how many web seats ever; a number is never given again",
    ),
    Column(
        "seats_removed",
        Integer,
        nullable=False,
        server_default="0",
        comment="how many of them a facilitator took away",
    ),
    comment="A gathering that judges ballots together.",
)

seating = Table(
    "seating",
    metadata,
    Column("workshop_id", ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("categories", JSON, nullable=False, comment="list; empty: judges everything"),
    comment="A table of a workshop.",
)

ballot = Table(
    "ballot",
    metadata,
    Column("workshop_id", ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("asset", String(64), nullable=False),
    Column("shock", String(64), nullable=False),
    Column("category", String(32), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("baseline", Integer, nullable=True, comment="the earlier rating"),
    Column("note", Text, nullable=False, comment="what was written beside it"),
    comment="One asset under one shock, to be judged together.",
)

attendance = Table(
    "attendance",
    metadata,
    Column("workshop_id", ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True),
    Column("respondent_id", ForeignKey("respondent.id", ondelete="CASCADE"), primary_key=True),
    Column("seat", Integer, nullable=True, comment="number of their table"),
    Column("channel", String(16), nullable=False, comment="by which way they came"),
    Column("token", String(64), nullable=True, unique=True, comment="SHA-256; web page only"),
    Column("joined_at", Moment, nullable=False),
    Column("left_at", Moment, nullable=True),
    Column("briefed_at", Moment, nullable=True, comment="said that they read the briefing"),
    Column("aside", Boolean, nullable=False, comment="looks at a questionnaire in a pause"),
    Column("leads", Boolean, nullable=False, server_default=false(), comment="facilitates it"),
    Column("web_seat", Integer, nullable=True, comment="1, 2, 3 …; web page only"),
    Column("consented_at", Moment, nullable=True),
    Column("consent", String(64), nullable=True, comment="digest of the words agreed to"),
    comment="Somebody takes part in a workshop.",
)

consent_wording = Table(
    "consent_wording",
    metadata,
    Column("digest", String(64), primary_key=True, comment="SHA-256 of words"),
    Column("language", String(8), nullable=False),
    Column("words", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    comment="Words that somebody agreed to in a workshop. Kept, so that they can be shown.",
)

move = Table(
    "move",
    metadata,
    Column("workshop_id", ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, comment="1, 2, 3 …"),
    Column("kind", String(16), nullable=False),
    Column("ballots", JSON, nullable=False, comment="their numbers"),
    Column("value", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", BigInteger, nullable=False, comment="the bot's id"),
    Column("key", BigInteger, nullable=False, comment="the update's id: what came before counts"),
    Column("respondent_id", ForeignKey("respondent.id", ondelete="SET NULL"), nullable=True),
    comment="What a facilitator did. Append-only; a session is restored by replaying its moves.",
)

group_chat = Table(
    "group_chat",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, comment="Telegram's number of the chat"),
    Column("workshop_id", ForeignKey("workshop.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", BigInteger, nullable=False, comment="the message that everybody taps"),
    Column("language", String(8), nullable=False),
    comment="A group chat that votes on one message.",
)

vote = Table(
    "vote",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("workshop_id", String(64), nullable=False),
    Column("ballot", Integer, nullable=False),
    Column("opening", Integer, nullable=False, comment="the move that opened the round"),
    Column("respondent_id", ForeignKey("respondent.id", ondelete="CASCADE"), nullable=False),
    Column("value", String(16), nullable=False),
    Column("reason", Text, nullable=False, comment="why the baseline is changed"),
    Column("at", Moment, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("moves", Integer, nullable=False, comment="how many there were; fails if another came"),
    ForeignKeyConstraint(
        ["workshop_id", "ballot"], ["ballot.workshop_id", "ballot.number"], ondelete="CASCADE"
    ),
    Index("ix_vote_round", "workshop_id", "opening", "ballot"),
    Index("ix_vote_respondent", "respondent_id"),
    comment="What somebody said of a ballot in a round. Append-only: the last one counts.",
)

"""The tables by which deleting is announced, checked and, after a restore, carried out again."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from survey.store.schema import Moment, metadata

announced_deletion = Table(
    "announced_deletion",
    metadata,
    Column("kind", String(16), primary_key=True, comment="contacts, interviews or votes"),
    Column("scope", String(64), primary_key=True, comment="wave or workshop, or '' for all"),
    Column("records", Integer, nullable=False, comment="how many records were announced"),
    Column("announced_at", Moment, nullable=False, comment="what came later is not meant"),
    Column("due_at", Moment, nullable=False, comment="not deleted before"),
    comment="That the operator was told what will be deleted. Nothing else is.",
)

clock_check = Table(
    "clock_check",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="1"),
    Column("at", Moment, nullable=False),
    comment="When the machine's clock last agreed with Telegram's. One row.",
)

erasure = Table(
    "erasure",
    metadata,
    Column("kind", String(16), primary_key=True, comment="person, contacts, interviews or votes"),
    Column("subject", String(64), primary_key=True, comment="see erasures.Erasure"),
    Column("at", Moment, primary_key=True),
    comment="What was erased, so that it is erased again from a backup. Names nobody.",
)

"""Workshops."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "workshop",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False, comment="language -> words"),
        sa.Column("code", sa.String(length=32), nullable=False, comment="what participants type"),
        sa.Column("held_at", sa.BigInteger(), nullable=False, comment="when it begins"),
        sa.Column("rule", sa.JSON(), nullable=False, comment="of agreement, fixed beforehand"),
        sa.Column("rounds", sa.Integer(), nullable=False, comment="at the most, fixed beforehand"),
        sa.Column(
            "register",
            sa.JSON(),
            nullable=False,
            comment="assets, shocks and scale with their words",
        ),
        sa.Column("programme", sa.JSON(), nullable=False, comment="list of time and words"),
        sa.Column(
            "before", sa.JSON(), nullable=True, comment="where the answers given beforehand stand"
        ),
        sa.Column(
            "screen", sa.String(length=64), nullable=False, comment="secret of the projector"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("code", name=op.f("uq_workshop_code")),
        sa.UniqueConstraint("screen", name=op.f("uq_workshop_screen")),
        comment="A gathering that judges ballots together.",
    )
    op.create_table(
        "ballot",
        sa.Column("workshop_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asset", sa.String(length=64), nullable=False),
        sa.Column("shock", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("baseline", sa.Integer(), nullable=True, comment="the earlier rating"),
        sa.Column("note", sa.Text(), nullable=False, comment="what was written beside it"),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_ballot_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workshop_id", "number", name=op.f("pk_ballot")),
        comment="One asset under one shock, to be judged together.",
    )
    op.create_table(
        "seating",
        sa.Column("workshop_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column(
            "categories", sa.JSON(), nullable=False, comment="list; empty: judges everything"
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_seating_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workshop_id", "number", name=op.f("pk_seating")),
        comment="A table of a workshop.",
    )
    op.create_table(
        "attendance",
        sa.Column("workshop_id", sa.String(length=64), nullable=False),
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True, comment="number of their table"),
        sa.Column(
            "channel", sa.String(length=16), nullable=False, comment="by which way they came"
        ),
        sa.Column("token", sa.String(length=64), nullable=True, comment="SHA-256; web page only"),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "briefed_at", sa.BigInteger(), nullable=True, comment="said that they read the briefing"
        ),
        sa.Column(
            "aside", sa.Boolean(), nullable=False, comment="looks at a questionnaire in a pause"
        ),
        sa.ForeignKeyConstraint(
            ["respondent_id"],
            ["respondent.id"],
            name=op.f("fk_attendance_respondent_id_respondent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_attendance_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workshop_id", "respondent_id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("token", name=op.f("uq_attendance_token")),
        comment="Somebody takes part in a workshop.",
    )
    op.create_table(
        "move",
        sa.Column("workshop_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 …"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ballots", sa.JSON(), nullable=False, comment="their numbers"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False, comment="the bot's id"),
        sa.Column(
            "key",
            sa.BigInteger(),
            nullable=False,
            comment="the update's id: what came before counts",
        ),
        sa.Column("respondent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["respondent_id"],
            ["respondent.id"],
            name=op.f("fk_move_respondent_id_respondent"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_move_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workshop_id", "number", name=op.f("pk_move")),
        comment="What a facilitator did. Append-only; a session is restored by replaying its moves.",
    )
    op.create_table(
        "group_chat",
        sa.Column(
            "chat_id", sa.BigInteger(), nullable=False, comment="Telegram's number of the chat"
        ),
        sa.Column("workshop_id", sa.String(length=64), nullable=False),
        sa.Column(
            "message_id", sa.BigInteger(), nullable=False, comment="the message that everybody taps"
        ),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_group_chat_workshop_id_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_group_chat")),
        comment="A group chat that votes on one message.",
    )
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.String(length=64), nullable=False),
        sa.Column("ballot", sa.Integer(), nullable=False),
        sa.Column(
            "opening", sa.Integer(), nullable=False, comment="the move that opened the round"
        ),
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why the baseline is changed"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column(
            "moves",
            sa.Integer(),
            nullable=False,
            comment="how many there were; fails if another came",
        ),
        sa.ForeignKeyConstraint(
            ["respondent_id"],
            ["respondent.id"],
            name=op.f("fk_vote_respondent_id_respondent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id", "ballot"],
            ["ballot.workshop_id", "ballot.number"],
            name=op.f("fk_vote_workshop_id_ballot"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        comment="What somebody said of a ballot in a round. Append-only: the last one counts.",
    )
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.create_index("ix_vote_respondent", ["respondent_id"], unique=False)
        batch_op.create_index("ix_vote_round", ["workshop_id", "opening", "ballot"], unique=False)

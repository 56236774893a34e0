"""Results for those who answered and wish to hear of them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "wish",
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("wave_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "claimed_at", sa.BigInteger(), nullable=True, comment="taken again when it is too old"
        ),
        sa.Column(
            "notice",
            sa.BigInteger(),
            nullable=True,
            comment="message id; the summary is put into it",
        ),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["telegram_id"],
            ["contact.telegram_id"],
            name=op.f("fk_wish_telegram_id_contact"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_wish_wave_id_wave")),
        sa.PrimaryKeyConstraint("telegram_id", "wave_id", name=op.f("pk_wish")),
        comment="That a person wants to be told the results of a wave. It goes with the contact.",
    )
    op.create_table(
        "summary",
        sa.Column("wave_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, comment="Telegram's HTML"),
        sa.Column(
            "picture", sa.LargeBinary(), nullable=False, comment="PNG; empty if there is none"
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False, comment="the same in all languages"),
        sa.Column(
            "released",
            sa.Boolean(),
            nullable=True,
            comment="by the secretariat; without: undecided",
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_summary_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "language", name=op.f("pk_summary")),
        comment="What those who wish are told of a wave; one text in each language, "
        "the same for all.",
    )
    op.create_table(
        "preview",
        sa.Column("wave_id", sa.String(length=64), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False, comment="id of the card that asks"),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_preview_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "chat_id", name=op.f("pk_preview")),
        comment="That a chat of the secretariat has been asked whether a summary may go out.",
    )

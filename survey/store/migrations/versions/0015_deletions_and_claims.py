"""Deleting is announced and can be carried out again; a delivery's claim is renewed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "announced_deletion",
        sa.Column("kind", sa.String(16), nullable=False, comment="contacts, interviews or votes"),
        sa.Column(
            "scope", sa.String(64), nullable=False, comment="wave or workshop, or '' for all"
        ),
        sa.Column(
            "records", sa.Integer(), nullable=False, comment="how many records were announced"
        ),
        sa.Column(
            "announced_at",
            sa.BigInteger(),
            nullable=False,
            comment="what came later is not meant",
        ),
        sa.Column("due_at", sa.BigInteger(), nullable=False, comment="not deleted before"),
        sa.PrimaryKeyConstraint("kind", "scope", name=op.f("pk_announced_deletion")),
        comment="That the operator was told what will be deleted. Nothing else is.",
    )
    op.create_table(
        "clock_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="1"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_check")),
        comment="When the machine's clock last agreed with Telegram's. One row.",
    )
    op.create_table(
        "erasure",
        sa.Column(
            "kind", sa.String(16), nullable=False, comment="person, contacts, interviews or votes"
        ),
        sa.Column("subject", sa.String(64), nullable=False, comment="see erasures.Erasure"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "at", name=op.f("pk_erasure")),
        comment="What was erased, so that it is erased again from a backup. Names nobody.",
    )
    op.add_column(
        "delivery",
        sa.Column(
            "renewed_at",
            sa.BigInteger(),
            nullable=True,
            comment="by the process that is at it, as long as it lives",
        ),
    )

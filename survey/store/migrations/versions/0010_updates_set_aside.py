"""Updates that could not be carried out."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "set_aside",
        sa.Column(
            "source", sa.BigInteger(), autoincrement=False, nullable=False, comment="the bot's id"
        ),
        sa.Column(
            "update_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="or 0",
        ),
        sa.Column("kind", sa.String(32), nullable=False, comment="message, callback_query …"),
        sa.Column("place", sa.String(255), nullable=False, comment="of the fault, with its type"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "update_id", name=op.f("pk_set_aside")),
        comment="Updates that could not be read or carried out. Nothing of what they said.",
    )

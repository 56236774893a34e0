"""Waves can pause, and every act of operator and secretariat leaves a record."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column(
        "wave",
        sa.Column("paused_at", sa.BigInteger(), nullable=True, comment="takes no answers since"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(64), nullable=False, comment="a name that they gave"),
        sa.Column("place", sa.String(64), nullable=False, comment="command line, or which chat"),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False, comment="nothing of residents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        comment="What operator and secretariat changed. Append-only.",
    )

"""Who takes part in a workshop agrees to words of which the version is on record."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "consent_wording",
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of words"),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_consent_wording")),
        comment="Words that somebody agreed to in a workshop. Kept, so that they can be shown.",
    )
    op.add_column("attendance", sa.Column("consented_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "attendance",
        sa.Column("consent", sa.String(64), nullable=True, comment="digest of the words agreed to"),
    )

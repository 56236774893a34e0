"""A delivery's claim, and when it may be tried again, are two things."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # SQLite cannot let a column be empty that could not: the table is made anew and copied.
    # PostgreSQL can, and has new columns only at the end.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("delivery") as delivery:
        delivery.alter_column(
            "claimed_at",
            existing_type=sa.BigInteger(),
            nullable=True,
            comment="by the process that is at it; taken again when it is too old",
        )
        delivery.add_column(
            sa.Column(
                "retry_at",
                sa.BigInteger(),
                nullable=True,
                comment="not before, as it could not be made",
            ),
            insert_after="claimed_at" if is_sqlite else None,
        )
    # A pause was written as a claim that would be old enough at its end: 15 minutes, in microseconds.
    op.execute(
        "UPDATE delivery SET retry_at = claimed_at + 900000000, claimed_at = NULL "
        "WHERE delivered_at IS NULL AND skipped_at IS NULL AND failures > 0 AND claimed_at > 0"
    )
    # Of a chat that had moved it was 1970, so that it could be taken at once; what was skipped was
    # never claimed.
    op.execute("UPDATE delivery SET claimed_at = NULL WHERE claimed_at = 0")
    op.execute("UPDATE delivery SET claimed_at = NULL WHERE skipped_at IS NOT NULL")

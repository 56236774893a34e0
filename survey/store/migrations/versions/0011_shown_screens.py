"""What each person's card shows, and where a card may be that nobody knows of."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for column in (
        sa.Column("shown_interview", sa.BigInteger(), nullable=True, comment="on the card"),
        sa.Column("shown_steps", sa.Integer(), nullable=True, comment="of it, as the card shows"),
        sa.Column("shown_at", sa.BigInteger(), nullable=True, comment="by Telegram's clock"),
        sa.Column(
            "doubt_from",
            sa.BigInteger(),
            nullable=True,
            comment="message id; a card that nobody knows of may stand after it",
        ),
    ):
        op.add_column("contact", column)

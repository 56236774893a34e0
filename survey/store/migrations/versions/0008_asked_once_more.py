"""Since when a chat has been asked whether a summary may go out."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "preview", sa.Column("asked_at", sa.BigInteger(), nullable=False, server_default="0")
    )

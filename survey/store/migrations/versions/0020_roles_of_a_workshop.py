"""Facilitators lead one workshop, invitations end, and web seats are numbered and counted.

Whoever led a workshop goes on leading those that they have joined. A facilitators' invitation of
before belongs to the workshop, if there is only one; else a new one has to be made.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0015"


def upgrade() -> None:
    for column in (
        sa.Column(
            "workshop_id",
            sa.String(64),
            nullable=False,
            server_default="",
            comment="which one a facilitator leads; '' for others",
        ),
        sa.Column("expires_at", sa.BigInteger(), nullable=True, comment="not taken from then on"),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True, comment="by the operator"),
    ):
        op.add_column("invitation", column)
    op.add_column(
        "attendance",
        sa.Column(
            "leads",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="facilitates it",
        ),
    )
    op.add_column(
        "attendance",
        sa.Column("web_seat", sa.Integer(), nullable=True, comment="1, 2, 3 …; web page only"),
    )
    for name, default, comment in (
        ("people", "60", "in the room, as a facilitator named it; the web page lets in no more"),
        ("seats_given", "0", "how many web seats ever; a number is never given again"),
        ("seats_removed", "0", "how many of them a facilitator took away"),
    ):
        op.add_column(
            "workshop",
            sa.Column(name, sa.Integer(), nullable=False, server_default=default, comment=comment),
        )
    op.execute(
        "UPDATE attendance SET leads = true WHERE respondent_id IN "
        "(SELECT id FROM respondent WHERE role = 'facilitator')"
    )
    op.execute(
        "UPDATE invitation SET workshop_id = (SELECT max(id) FROM workshop) "
        "WHERE role = 'facilitator' AND (SELECT count(*) FROM workshop) = 1"
    )

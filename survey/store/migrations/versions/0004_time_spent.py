"""How long people were at an interview."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

PAUSE = 300_000_000


def upgrade() -> None:
    op.add_column(
        "interview",
        sa.Column(
            "spent",
            sa.BigInteger(),
            nullable=False,
            server_default="0",
            comment="microseconds from step to step until the first sending; "
            "a pause counts 5 minutes",
        ),
    )
    fill(op.get_bind())


def fill(connection: sa.Connection) -> None:
    """From the steps that were kept before."""
    interview = sa.table("interview", sa.column("id"), sa.column("sent_at"), sa.column("spent"))
    step = sa.table("step", *map(sa.column, ("interview_id", "number", "at")))
    before = sa.func.lag(step.c.at).over(partition_by=step.c.interview_id, order_by=step.c.number)
    gaps = (
        sa.select(step.c.interview_id, (step.c.at - before).label("gap"))
        .join(interview, interview.c.id == step.c.interview_id)
        .where(step.c.at <= sa.func.coalesce(interview.c.sent_at, step.c.at))
        .subquery()
    )
    spent = sa.func.sum(sa.case((gaps.c.gap > PAUSE, PAUSE), else_=gaps.c.gap))
    found = connection.execute(
        sa.select(gaps.c.interview_id, spent).group_by(gaps.c.interview_id)
    ).all()
    rows = [{"row": row[0], "spent": row[1] or 0} for row in found]
    if rows:
        connection.execute(sa.update(interview).where(interview.c.id == sa.bindparam("row")), rows)

"""Reports as each chat wants them, of a wave or a workshop, by a schedule or on request."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for column in (
        sa.Column(
            "kinds", sa.JSON(), nullable=False, server_default="[]", comment="list; empty: all"
        ),
        sa.Column(
            "formats", sa.JSON(), nullable=False, server_default='["pdf", "xlsx"]', comment="list"
        ),
        sa.Column(
            "quiet",
            sa.String(length=16),
            nullable=False,
            server_default="",
            comment="21:00-06:00 or ''",
        ),
        sa.Column("skip_unchanged", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column(
            "refusals",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="one after another",
        ),
    ):
        op.add_column("chat", column)
    op.execute("UPDATE schedule SET report = 'weekly' WHERE report = 'brief'")
    op.rename_table("delivery", "delivery_before")
    if op.get_bind().dialect.name == "postgresql":
        # There the key keeps its name, which is unique among all tables.
        op.execute("ALTER INDEX pk_delivery RENAME TO pk_delivery_before")
    create_delivery()
    op.execute(
        "INSERT INTO delivery (report, scope, period, chat_id, asked, schedule, language, due_at, "
        "claimed_at, notices, failures, delivered_at) "
        "SELECT CASE report WHEN 'brief' THEN 'weekly' ELSE report END, '', period, chat_id, 0, "
        # What was asked for was due at that very moment, not at a full minute.
        "CASE WHEN due_at % 60000000 = 0 THEN coalesce((SELECT min(id) FROM schedule "
        "WHERE schedule.report = 'weekly'), '') ELSE '' END, "
        "language, due_at, claimed_at, notices, 0, delivered_at FROM delivery_before"
    )
    op.drop_table("delivery_before")


def create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("report", sa.String(length=32), nullable=False, comment="kind of report"),
        sa.Column(
            "scope", sa.String(length=64), nullable=False, comment="wave or workshop, or '' for all"
        ),
        sa.Column("period", sa.String(length=64), nullable=False, comment="ISO start/end"),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "asked",
            sa.BigInteger(),
            nullable=False,
            comment="message id of the choices with which it was asked for; 0: by a schedule",
        ),
        sa.Column(
            "schedule",
            sa.String(length=64),
            nullable=False,
            comment="which one it is due by, or ''",
        ),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "claimed_at", sa.BigInteger(), nullable=False, comment="taken again when it is too old"
        ),
        sa.Column("notices", sa.JSON(), nullable=False, comment="part -> message id of its notice"),
        sa.Column(
            "failures", sa.Integer(), nullable=False, comment="how often it could not be made"
        ),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("skipped_at", sa.BigInteger(), nullable=True, comment="nothing had changed"),
        sa.PrimaryKeyConstraint(
            "report", "scope", "period", "chat_id", "asked", name=op.f("pk_delivery")
        ),
        comment="That one report of one period reached one chat. The row is the claim.",
    )
    op.create_index(
        "ix_delivery_asked",
        "delivery",
        ["chat_id", "asked"],
        unique=True,
        sqlite_where=sa.text("asked != 0"),
        postgresql_where=sa.text("asked != 0"),
    )

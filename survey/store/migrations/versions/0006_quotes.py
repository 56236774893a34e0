"""Answers that may be quoted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "quote",
        sa.Column("interview_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("occurrence", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="0: text is one value"),
        sa.Column(
            "text", sa.Text(), nullable=True, comment="as released; without: not to be quoted"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="of the decision"),
        sa.ForeignKeyConstraint(
            ["interview_id", "question_id", "occurrence", "number"],
            ["answer.interview_id", "answer.question_id", "answer.occurrence", "answer.number"],
            name=op.f("fk_quote_interview_id_answer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "interview_id", "question_id", "occurrence", "number", name=op.f("pk_quote")
        ),
        comment="That an answer may be quoted, or not. It goes with the answer, if that changes too.",
    )

"""Numbers that codes have in statistics programs, fixed for ever.

Those of versions that were fielded before are added at the next start, by the same rule as for new
ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "code_number",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Float(), nullable=False, comment="never changed, never given again"),
        sa.Column("place", sa.Integer(), nullable=False, comment="1, 2, 3 … as they were fielded"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_code_number_question_id_question")
        ),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_code_number_code_id_code")),
        sa.PrimaryKeyConstraint("question_id", "code_id", name=op.f("pk_code_number")),
        sa.UniqueConstraint(
            "question_id", "number", name=op.f("uq_code_number_question_id_number")
        ),
        comment="The number of a choice's code in statistics programs, fixed when first fielded.",
    )

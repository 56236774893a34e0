"""At which moments figures changed, and who is in them since when."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "release",
        sa.Column("wave_id", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 …"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="what came before could be in it"),
        sa.Column(
            "breaks_down", sa.Boolean(), nullable=False, comment="whether rows could take people"
        ),
        sa.Column("size", sa.Integer(), nullable=False, comment="people in it"),
        sa.Column("sizes", sa.JSON(), nullable=False, comment="of rows, as they were shown last"),
        sa.Column(
            "closed_rows",
            sa.JSON(),
            nullable=False,
            comment="list of grouping, category: not shown",
        ),
        sa.Column("closed_groupings", sa.JSON(), nullable=False, comment="list: no row is shown"),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_release_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", "role", "number", name=op.f("pk_release")),
        comment="At which moments figures changed. Of who left since, only counts are remembered.",
    )
    op.create_table(
        "released_interview",
        sa.Column("interview_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False, comment="of the release"),
        sa.Column("version", sa.Integer(), nullable=False, comment="its number of steps by then"),
        sa.Column(
            "batch", sa.Integer(), nullable=False, comment="number of the release it came with"
        ),
        sa.Column(
            "rows",
            sa.JSON(),
            nullable=False,
            comment="grouping -> category, number of the release",
        ),
        sa.Column(
            "set_aside",
            sa.Integer(),
            nullable=False,
            comment="number of the last that left it out",
        ),
        sa.Column("away", sa.Boolean(), nullable=False, comment="left out, until others come"),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_released_interview_interview_id_interview"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interview_id", name=op.f("pk_released_interview")),
        comment="Who is in the figures since when. It goes with the interview.",
    )

"""Files that answer questions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column(
            "name", sa.String(length=64), nullable=False, comment="drawn; the answer's value"
        ),
        sa.Column("interview_id", sa.BigInteger(), nullable=True),
        sa.Column("mime", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.Column("bot", sa.BigInteger(), nullable=False, comment="whose file_id it is"),
        sa.Column("file_id", sa.Text(), nullable=False, comment="by which the bot fetches it"),
        sa.Column(
            "file_unique_id",
            sa.String(length=64),
            nullable=False,
            comment="the same for the same file",
        ),
        sa.Column(
            "album",
            sa.String(length=64),
            nullable=False,
            comment="the same for files sent together, or ''",
        ),
        sa.Column(
            "fetched_at", sa.BigInteger(), nullable=True, comment="since when it lies in the folder"
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_attachment_interview_id_interview"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_attachment")),
        comment="A file that answers a question. Without interview: to be deleted, the file first.",
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_interview_id", ["interview_id"], unique=False)

"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "cause",
        sa.Column(
            "source", sa.BigInteger(), autoincrement=False, nullable=False, comment="the bot's id"
        ),
        sa.Column(
            "key", sa.BigInteger(), autoincrement=False, nullable=False, comment="the update's id"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_cause")),
        comment="Updates that were carried out, so that a repetition does nothing. Kept for 48 hours.",
    )
    with op.batch_alter_table("cause", schema=None) as batch_op:
        batch_op.create_index("ix_cause_at", ["at"], unique=False)

    op.create_table(
        "chat",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column(
            "since", sa.BigInteger(), nullable=False, comment="gets no report of a period before"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat")),
        comment="Chats that hold a role, such as the secretariat's, and which reports they get how.",
    )
    op.create_table(
        "code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sa.UniqueConstraint("value", name=op.f("uq_code_value")),
        comment="Integer codes for the values of choices, the same in every question.",
    )
    op.create_table(
        "delivery",
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False, comment="ISO start/end"),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "claimed_at", sa.BigInteger(), nullable=False, comment="taken again when it is too old"
        ),
        sa.Column(
            "notices", sa.JSON(), nullable=False, comment="file name -> message id of its notice"
        ),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("report", "period", "chat_id", name=op.f("pk_delivery")),
        comment="That one report of one period reached one chat. The row is the claim.",
    )
    op.create_table(
        "invitation",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("sector", sa.String(length=32), server_default="", nullable=False),
        sa.Column("category", sa.String(length=32), server_default="", nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False, comment="how many people it was made for"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_invitation")),
        comment="What makes a person a participant, with the sector and category they stand for.",
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "questionnaire",
            sa.String(length=64),
            nullable=False,
            comment="id, whatever the version",
        ),
        sa.Column("path", sa.String(length=255), nullable=False, comment="without positions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("questionnaire", "path", name=op.f("uq_question_questionnaire_path")),
        comment="Integer codes for questions.",
    )
    op.create_table(
        "questionnaire",
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of xform"),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("xform", sa.Text(), nullable=False, comment="whole, lists included"),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_questionnaire")),
        comment="Every version that was ever fielded. Interviews keep the one they began with.",
    )
    op.create_table(
        "receipt",
        sa.Column("code", sa.String(length=16), nullable=False, comment="told to the person"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "interviews", sa.JSON(), nullable=False, comment="wave -> number of answers deleted"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_receipt")),
        comment="That somebody withdrew and what was deleted, not who.",
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False, comment="kind of report"),
        sa.Column(
            "every", sa.String(length=64), nullable=False, comment="such as 'weekly, monday 07:00'"
        ),
        sa.Column("since", sa.BigInteger(), nullable=False, comment="nothing that was due before"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        comment="Which report goes out when.",
    )
    op.create_table(
        "respondent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=16), nullable=False, comment="random"),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("sector", sa.String(length=32), server_default="", nullable=False),
        sa.Column("category", sa.String(length=32), server_default="", nullable=False),
        sa.Column("invitation", sa.String(length=32), nullable=True),
        sa.Column(
            "source",
            sa.String(length=64),
            server_default="",
            nullable=False,
            comment="payload of the link",
        ),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation"], ["invitation.code"], name=op.f("fk_respondent_invitation_invitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_respondent")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_respondent_pseudonym")),
        comment="A person as the answers know them: a pseudonym.",
    )
    op.create_table(
        "wave",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="for new ones"),
        sa.Column("audience", sa.JSON(), nullable=False, comment="list of roles"),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False, comment="IETF codes, the default first"),
        sa.ForeignKeyConstraint(
            ["digest"], ["questionnaire.digest"], name=op.f("fk_wave_digest_questionnaire")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        comment="One fielding of a questionnaire.",
    )
    op.create_table(
        "contact",
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respondent_id", sa.Integer(), nullable=True),
        sa.Column(
            "wave_id", sa.String(length=64), nullable=True, comment="what they are at just now"
        ),
        sa.Column("card", sa.BigInteger(), nullable=True, comment="message id of the live card"),
        sa.Column("blocked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["respondent_id"],
            ["respondent.id"],
            name=op.f("fk_contact_respondent_id_respondent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_contact_wave_id_wave")),
        sa.PrimaryKeyConstraint("telegram_id", name=op.f("pk_contact")),
        sa.UniqueConstraint("respondent_id", name=op.f("uq_contact_respondent_id")),
        comment="The only link between a person and a pseudonym. Deleting the row unlinks for good.",
    )
    op.create_table(
        "interview",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False, comment="random"),
        sa.Column("wave_id", sa.String(length=64), nullable=False),
        sa.Column("respondent_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="pinned"),
        sa.Column("seed", sa.BigInteger(), nullable=False, comment="orders what is shuffled"),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False, comment="of the consent"),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="of the last step"),
        sa.Column("sent_at", sa.BigInteger(), nullable=True, comment="of the first sending"),
        sa.Column("steps", sa.Integer(), nullable=False, comment="how many there are"),
        sa.Column(
            "progress",
            sa.Float(),
            nullable=False,
            comment="share of the questions gone through, 0-1",
        ),
        sa.Column(
            "position",
            sa.String(length=255),
            nullable=False,
            comment="key of the question they stand at",
        ),
        sa.ForeignKeyConstraint(
            ["digest"], ["questionnaire.digest"], name=op.f("fk_interview_digest_questionnaire")
        ),
        sa.ForeignKeyConstraint(
            ["respondent_id"],
            ["respondent.id"],
            name=op.f("fk_interview_respondent_id_respondent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_interview_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint(
            "wave_id", "respondent_id", name=op.f("uq_interview_wave_id_respondent_id")
        ),
        comment="One respondent's pass through a wave's questionnaire. Exists from the consent on.",
    )
    op.create_table(
        "refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="the hour, no finer"),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_refusal_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
        comment="Somebody declined. Nothing else is known of them.",
    )
    op.create_table(
        "answer",
        sa.Column("interview_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "occurrence",
            sa.String(length=32),
            nullable=False,
            comment="'' or the repeats', '2' or '2.1'",
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="0; the n-th of several choices"),
        sa.Column("code_id", sa.Integer(), nullable=True, comment="of a choice"),
        sa.Column("value", sa.Text(), nullable=True, comment="where it is no choice"),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_answer_code_id_code")),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_answer_interview_id_interview"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question")
        ),
        sa.PrimaryKeyConstraint(
            "interview_id", "question_id", "occurrence", "number", name=op.f("pk_answer")
        ),
        comment="The answers that stand: a projection of the steps, kept in the same transaction.",
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_answer_question_id_code_id", ["question_id", "code_id"], unique=False
        )

    op.create_table(
        "step",
        sa.Column("interview_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 …"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column(
            "key",
            sa.String(length=255),
            nullable=False,
            comment="path with positions; '' for the review",
        ),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["interview.id"],
            name=op.f("fk_step_interview_id_interview"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("interview_id", "number", name=op.f("pk_step")),
        comment="What a person did. Append-only; an interview is restored by replaying its steps.",
    )

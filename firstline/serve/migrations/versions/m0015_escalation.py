"""Dossiers, service-credit files, and the hops a case was handed to."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "escalations",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("dossier", sa.JSON(), nullable=False),
        sa.Column("credit", sa.JSON(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "escalation_hops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(length=254), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dossier", sa.JSON(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["escalations.case_id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_escalation_hops_case_id", "escalation_hops", ["case_id"])


def downgrade() -> None:
    op.drop_table("escalation_hops")
    op.drop_table("escalations")

"""What the queue is filtered by, contacts of cases, saved views and canned replies."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("cases", sa.Column("product", sa.String(length=80), nullable=True))
    op.add_column("cases", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_cases_partner_status", "cases", ["partner", "status"])
    op.create_table(
        "case_contacts",
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "contact"),
    )
    op.create_index("ix_case_contacts_partner_contact", "case_contacts", ["partner", "contact"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("partner", "owner", "name"),
    )
    op.create_table(
        "default_views",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("view", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "partner"),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("shortcut", sa.String(length=30), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("updated_by", sa.String(length=120), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("partner", "owner", "shortcut"),
    )

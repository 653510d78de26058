"""Promises of cases, the charters they were opened under, changes of conversations, leases on scheduled work."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "charter_copies",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "case_promises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("charter_version", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_seconds", sa.Integer(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_promises_case_id", "case_promises", ["case_id"])
    op.create_index("ix_case_promises_next_at", "case_promises", ["next_at"])
    op.create_table(
        "conversation_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_conversation_events_conversation_id", "conversation_events", ["conversation_id"])
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("charter_key", sa.String(length=64), nullable=True))
        cases.add_column(sa.Column("due", sa.DateTime(timezone=True), nullable=True))
        cases.add_column(sa.Column("escalation", sa.Integer(), nullable=False, server_default="0"))
        cases.add_column(sa.Column("awaiting_customer_since", sa.DateTime(timezone=True), nullable=True))
        cases.create_index("ix_cases_due", ["due"])
    # What was promised before promises had a table of their own: the first response of every case.
    op.execute(
        "INSERT INTO case_promises (case_id, kind, severity, tier, charter_version, started_at, due, next_at,"
        " paused_seconds, met_at)"
        " SELECT id, 'first_response', severity, tier, charter_version, opened_at, respond_by,"
        " CASE WHEN first_response_at IS NULL AND status <> 'closed' THEN respond_by END, 0,"
        " COALESCE(first_response_at, closed_at) FROM cases WHERE respond_by IS NOT NULL"
    )
    op.execute("UPDATE cases SET due = respond_by WHERE first_response_at IS NULL AND status <> 'closed'")


def downgrade() -> None:
    with op.batch_alter_table("cases") as cases:
        cases.drop_index("ix_cases_due")
        for column in ("awaiting_customer_since", "escalation", "due", "charter_key"):
            cases.drop_column(column)
    for table in ("conversation_events", "case_promises", "charter_copies", "leases"):
        op.drop_table(table)

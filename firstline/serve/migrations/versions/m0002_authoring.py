"""Notes, states and schedules of article versions, and the log of who changed what."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("knowledge_articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scheduled_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("scheduled_by", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("facts_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_knowledge_articles_scheduled_for"), ["scheduled_for"], unique=False)

    with op.batch_alter_table("knowledge_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))

    op.create_table(
        "knowledge_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("layer", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("knowledge_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_events_layer"), ["layer"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("knowledge_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_events_layer"))
    op.drop_table("knowledge_events")
    with op.batch_alter_table("knowledge_versions", schema=None) as batch_op:
        batch_op.drop_column("note")
        batch_op.drop_column("status")
    with op.batch_alter_table("knowledge_articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_scheduled_for"))
        batch_op.drop_column("facts_at")
        batch_op.drop_column("scheduled_by")
        batch_op.drop_column("scheduled_for")
        batch_op.drop_column("scheduled_version")

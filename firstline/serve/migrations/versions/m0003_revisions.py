"""Revisions of layers, so that an index follows what changed, and articles that a partner hides."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "knowledge_layers",
        sa.Column("layer", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("layer"),
    )
    op.create_table(
        "knowledge_hidden",
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "slug", "lang"),
    )
    with op.batch_alter_table("knowledge_articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index("ix_knowledge_articles_layer_revision", ["layer", "revision"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("knowledge_articles", schema=None) as batch_op:
        batch_op.drop_index("ix_knowledge_articles_layer_revision")
        batch_op.drop_column("revision")
    op.drop_table("knowledge_hidden")
    op.drop_table("knowledge_layers")

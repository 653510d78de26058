"""What a planned publishing may lose, and what holds one back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("knowledge_articles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scheduled_despite", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("scheduled_lost", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("knowledge_articles", schema=None) as batch_op:
        batch_op.drop_column("scheduled_lost")
        batch_op.drop_column("scheduled_despite")

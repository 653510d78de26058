"""What became of a hop, and who looks after it at the provider."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"


def upgrade() -> None:
    with op.batch_alter_table("escalation_hops") as hops:
        hops.add_column(sa.Column("outcome", sa.String(16), nullable=False, server_default=""))
        hops.add_column(sa.Column("accepted_by", sa.String(254), nullable=True))
        hops.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE escalation_hops SET outcome = 'answered' WHERE answered_at IS NOT NULL")
    with op.batch_alter_table("escalation_hops") as hops:
        hops.alter_column("outcome", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("escalation_hops") as hops:
        hops.drop_column("accepted_at")
        hops.drop_column("accepted_by")
        hops.drop_column("outcome")

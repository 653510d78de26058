"""What a waiting customer is told and leaves: the place at which the wait began, an e-mail address."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("cases", sa.Column("queue_place", sa.Integer(), nullable=True))
    op.add_column("cases", sa.Column("contact_email", sa.String(length=254), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "contact_email")
    op.drop_column("cases", "queue_place")

"""Roles as a set, sessions to see and revoke, invitations, failed log-ins, the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _staff()
    _sessions()
    op.create_table(
        "login_failures",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("blocked_until", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_login_failures_last_at", "login_failures", ["last_at"])
    _audit_log()


def _staff() -> None:
    op.add_column("staff", sa.Column("roles", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("staff", sa.Column("invitation_hash", sa.String(length=64), nullable=True))
    op.add_column("staff", sa.Column("invitation_until", _MOMENT, nullable=True))
    op.add_column("staff", sa.Column("disabled_at", _MOMENT, nullable=True))
    table = sa.table("staff", sa.column("id", sa.Integer), sa.column("role", sa.String), sa.column("roles", sa.JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table.c.id, table.c.role)).all():
        connection.execute(sa.update(table).where(table.c.id == row.id).values(roles=[row.role]))
    op.drop_column("staff", "role")


def _sessions() -> None:
    """Everybody logs in again: what is to be shown of a session was not kept."""
    op.drop_table("staff_sessions")
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("acting_for", sa.String(length=64), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_index("ix_staff_sessions_ended_at", "staff_sessions", ["ended_at"])


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("home", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_log_partner_id", "audit_log", ["partner", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_log_no_{what.lower()} BEFORE {what} ON audit_log "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_log_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_append_only()"
    )


def downgrade() -> None:
    """Of several roles the one that allows most is kept; everybody logs in again."""
    op.drop_table("audit_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_append_only()")
    op.drop_table("login_failures")
    op.drop_table("staff_sessions")
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.add_column("staff", sa.Column("role", sa.String(length=16), nullable=False, server_default="author"))
    table = sa.table("staff", sa.column("id", sa.Integer), sa.column("role", sa.String), sa.column("roles", sa.JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table.c.id, table.c.roles)).all():
        kept = "admin" if "admin" in row.roles else "agent" if {"agent", "lead"} & set(row.roles) else "author"
        connection.execute(sa.update(table).where(table.c.id == row.id).values(role=kept))
    for column in ("roles", "invitation_hash", "invitation_until", "disabled_at"):
        op.drop_column("staff", column)

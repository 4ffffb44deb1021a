"""Accounts: users, their links, profiles, projects and invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _instant(name: str, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id() -> "sa.Column[str]":
    return sa.Column("id", sa.Text, primary_key=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "users",
        _id(),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False, server_default="user"),
        sa.Column("email_verified", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("phone_number", sa.Text),
        _instant("banned_until"),
        sa.Column("session_epoch", sa.Integer, nullable=False, server_default="0"),
        _instant("created_at", nullable=False),
        _instant("deleted_at"),
        sa.CheckConstraint("role IN ('user', 'admin')", name="users_role"),
    )
    op.create_index(
        "users_live_email",
        "users",
        [sa.text("lower(email)")],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "failed_logins",
        _id(),
        sa.Column("address_hash", sa.Text, nullable=False),
        _instant("failed_at", nullable=False),
    )
    op.create_index("failed_logins_address", "failed_logins", ["address_hash", "failed_at"])
    op.create_table(
        "link_tokens",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text, nullable=False),
        _instant("issued_at", nullable=False),
        _instant("expires_at", nullable=False),
        _instant("used_at"),
        _instant("replaced_at"),
    )
    op.create_index("link_tokens_owner", "link_tokens", ["owner_id", "purpose"])
    op.create_table(
        "onboarding_profiles",
        sa.Column("user_id", sa.Text, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("company_name", sa.Text, nullable=False),
        sa.Column("industry", sa.Text, nullable=False),
        sa.Column("team_size", sa.Text, nullable=False),
        _instant("completed_at"),
    )
    op.create_table(
        "projects",
        _id(),
        sa.Column("owner_id", sa.Text, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        _instant("created_at"),
    )
    op.create_table(
        "project_members",
        sa.Column("project_id", sa.Text, sa.ForeignKey("projects.id"), primary_key=True),
        sa.Column("user_id", sa.Text, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("role", sa.Text, nullable=False, server_default="member"),
        _instant("joined_at"),
    )
    op.create_table(
        "invitations",
        _id(),
        sa.Column("project_id", sa.Text, sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="sent"),
        _instant("created_at"),
        _instant("accepted_at"),
        sa.CheckConstraint("status IN ('sent', 'accepted')", name="invitations_status"),
    )
    op.create_index(
        "invitations_one_each", "invitations", ["project_id", sa.text("lower(email)")], unique=True
    )

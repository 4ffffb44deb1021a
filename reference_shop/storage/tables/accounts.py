"""Who the customers are and what they belong to."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, Table, Text, func, text

from reference_shop.storage.tables import metadata

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False, server_default="user"),
    Column("email_verified", Boolean, nullable=False, server_default="false"),
    Column("phone_number", Text),
    Column("banned_until", DateTime(timezone=True)),
    Column("session_epoch", Integer, nullable=False, server_default="0"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("deleted_at", DateTime(timezone=True)),
)
Index(
    "users_live_email",
    func.lower(users.c.email),
    unique=True,
    postgresql_where=text("deleted_at IS NULL"),
)

failed_logins = Table(
    "failed_logins",
    metadata,
    Column("id", Text, primary_key=True),
    Column("address_hash", Text, nullable=False),
    Column("failed_at", DateTime(timezone=True), nullable=False),
)
Index("failed_logins_address", failed_logins.c.address_hash, failed_logins.c.failed_at)

link_tokens = Table(
    "link_tokens",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("replaced_at", DateTime(timezone=True)),
)
Index("link_tokens_owner", link_tokens.c.owner_id, link_tokens.c.purpose)

onboarding_profiles = Table(
    "onboarding_profiles",
    metadata,
    Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
    Column("company_name", Text, nullable=False),
    Column("industry", Text, nullable=False),
    Column("team_size", Text, nullable=False),
    Column("completed_at", DateTime(timezone=True)),
)

projects = Table(
    "projects",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True)),
)

project_members = Table(
    "project_members",
    metadata,
    Column("project_id", Text, ForeignKey("projects.id"), primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
    Column("role", Text, nullable=False, server_default="member"),
    Column("joined_at", DateTime(timezone=True)),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("project_id", Text, ForeignKey("projects.id"), nullable=False),
    Column("email", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="sent"),
    Column("created_at", DateTime(timezone=True)),
    Column("accepted_at", DateTime(timezone=True)),
)
Index("invitations_one_each", invitations.c.project_id, func.lower(invitations.c.email), unique=True)

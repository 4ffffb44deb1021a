"""Projects, and inviting others to them."""

from sqlalchemy import Select, exists, func, insert, select, update
from sqlalchemy.engine import Connection

from reference_shop import clock, ids
from reference_shop.domain import links, users
from reference_shop.domain.outbox import queue_email
from reference_shop.domain.users import User
from reference_shop.errors import ShopError, invalid, not_found
from reference_shop.shop import Shop
from reference_shop.storage.database import insert_new
from reference_shop.storage.tables.accounts import invitations, link_tokens, project_members, projects

MEMBER = "member"


def create(shop: Shop, owner: User, name: str) -> str:
    """Store a new project; return its id."""
    project_id = ids.new("prj")
    with shop.database.transaction() as connection:
        connection.execute(
            insert(projects).values(id=project_id, owner_id=owner.id, name=name, created_at=clock.now())
        )
    return project_id


def invite(shop: Shop, owner: User, project_id: str, email: str) -> str:
    """Invite an address to the owner's project; return the invitation's id.

    Raises 404 where the project is not the owner's, and 409 `already_invited` unless the earlier
    invitation went unanswered until it expired.
    """
    with shop.database.transaction() as connection:
        name = _own_project(connection, owner, project_id)
        if email.lower() == owner.email.lower():
            raise invalid({"email": "This is your own address."})
        invitation_id = _invitation(connection, project_id, email)
        link = links.issue(shop, connection, links.INVITATION, invitation_id)
        invited = users.find_by_address(connection, email)
        queue_email(
            connection,
            invited.id if invited else None,
            email,
            "project_invitation",
            project_name=name,
            link=link,
        )
    shop.worker.nudge()
    return invitation_id


def _own_project(connection: Connection, owner: User, project_id: str) -> str:
    """Return the project's name and hold its row, so that invitations to it take turns."""
    name: str | None = connection.scalar(
        select(projects.c.name)
        .where(projects.c.id == project_id, projects.c.owner_id == owner.id)
        .with_for_update(key_share=True)
    )
    if name is None:
        raise not_found("project")
    return name


def _invitation(connection: Connection, project_id: str, email: str) -> str:
    """Return the id of a new invitation, or of an expired one that is to be sent again."""
    invitation_id = ids.new("inv")
    new = {"id": invitation_id, "project_id": project_id, "email": email, "created_at": clock.now()}
    if insert_new(connection, invitations, **new):
        return invitation_id
    expired: str | None = connection.scalar(_expired_invitation(project_id, email))
    if expired is None:
        raise ShopError(409, "already_invited", "This address is invited to the project already.")
    return expired


def _expired_invitation(project_id: str, email: str) -> Select[str]:
    live_link = exists().where(
        link_tokens.c.owner_id == invitations.c.id, link_tokens.c.expires_at >= clock.now()
    )
    return select(invitations.c.id).where(
        invitations.c.project_id == project_id,
        func.lower(invitations.c.email) == func.lower(email),
        invitations.c.status == "sent",
        ~live_link,
    )


def accept(shop: Shop, user: User, token: str) -> str:
    """Make the invited user a member; return the project's id.

    Raises 404 for another address than the invited one, 410 `token_expired`, 409 `already_accepted`.
    """
    with shop.database.transaction() as connection:
        link = links.find(connection, links.INVITATION, token)
        invitation = connection.execute(
            select(invitations)
            .where(
                invitations.c.id == link.owner_id,
                func.lower(invitations.c.email) == func.lower(user.email),
            )
            .with_for_update()
        ).one_or_none()
        if invitation is None:
            raise not_found("invitation")
        links.refuse_expired(link)
        if invitation.status == "accepted":
            raise ShopError(409, "already_accepted", "You have accepted this invitation already.")
        links.use(shop, connection, link)
        _join(connection, invitation.id, invitation.project_id, user)
    project_id: str = invitation.project_id
    return project_id


def _join(connection: Connection, invitation_id: str, project_id: str, user: User) -> None:
    now = clock.now()
    connection.execute(
        update(invitations)
        .where(invitations.c.id == invitation_id)
        .values(status="accepted", accepted_at=now)
    )
    connection.execute(
        insert(project_members).values(project_id=project_id, user_id=user.id, role=MEMBER, joined_at=now)
    )

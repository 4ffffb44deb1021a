"""Projects and their invitations."""

from typing import Literal

from fastapi import APIRouter

from reference_shop.api.dependencies import CurrentUser, Id, TheShop
from reference_shop.api.schemas import Address, Answer, Line, RequestBody, refusals
from reference_shop.domain import projects

router = APIRouter(tags=["projects"])


class NewProject(RequestBody):
    """A project to be."""

    name: Line


class Project(Answer):
    """A project."""

    project_id: str
    name: str


class NewInvitation(RequestBody):
    """Whom to invite."""

    email: Address


class Invitation(Answer):
    """An invitation that is on its way."""

    invitation_id: str


class InvitationToken(RequestBody):
    """The token of the invitation's link."""

    token: str


class Membership(Answer):
    """Belonging to a project."""

    project_id: str
    role: Literal["member"]


@router.post("/projects", status_code=201, responses=refusals({401: "unauthorized", 403: "banned"}))
def create(shop: TheShop, user: CurrentUser, body: NewProject) -> Project:
    """Begin a project."""
    return Project(project_id=projects.create(shop, user, body.name), name=body.name)


@router.post(
    "/projects/{project_id}/invitations",
    status_code=201,
    responses=refusals({401: "unauthorized", 403: "banned", 404: "not_found", 409: "already_invited"}),
)
def invite(shop: TheShop, user: CurrentUser, project_id: Id, body: NewInvitation) -> Invitation:
    """Invite somebody to one's own project."""
    return Invitation(invitation_id=projects.invite(shop, user, project_id, body.email))


@router.post(
    "/invitations/accept",
    responses=refusals(
        {
            400: "malformed_json, malformed_token, invalid_token",
            401: "unauthorized",
            403: "banned",
            404: "not_found",
            409: "already_accepted",
            410: "token_expired",
        }
    ),
)
def accept(shop: TheShop, user: CurrentUser, body: InvitationToken) -> Membership:
    """Accept an invitation; the session must be of the invited address."""
    return Membership(project_id=projects.accept(shop, user, body.token), role="member")

"""Projects and who works on them: opening, inviting, joining."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from support.data.people import Person
from support.database.database import Database
from support.drivers.accounts import Accounts
from support.drivers.client import Answer, Client
from support.drivers.links import NEWEST, Links
from support.drivers.refusals import Refused
from support.drivers.together import at_once

INVITATION = "project_invitation"


@dataclass(frozen=True)
class Project:
    """A project as the app announced it."""

    id: str
    name: str

    def __str__(self) -> str:
        return f"the project {self.name!r} was opened"


@dataclass(frozen=True)
class Invited:
    """An invitation as the app announced it."""

    id: str

    def __str__(self) -> str:
        return "the invitation was sent"


@dataclass(frozen=True)
class Joined:
    """A membership as the app announced it."""

    project_id: str

    def __str__(self) -> str:
        return "a member of the project"


class Projects:
    """Business verbs on projects, and what the database holds of them."""

    def __init__(self, client: Client, database: Database, accounts: Accounts, links: Links) -> None:
        self._client = client
        self._database = database
        self._accounts = accounts
        self._links = links
        self._latest: Project | None = None

    # What people do

    def open(self, owner: Person, name: str) -> Project | Refused:
        """Open a project; it is the one that is spoken of from then on."""
        answer = self._send(owner, "/projects", {"name": name}).expect(201)
        if isinstance(answer, Refused):
            return answer
        self._latest = Project(answer.saying(name=name).body["projectId"], name)
        return self._latest

    def invite(self, inviter: Person, email: str) -> Invited | Refused:
        """Invite an address to the project spoken of; without one, to a project that does not exist."""
        project_id = self._latest.id if self._latest else "no-such-project"
        answer = self._send(inviter, f"/projects/{project_id}/invitations", {"email": email}).expect(201)
        return answer if isinstance(answer, Refused) else Invited(answer.body["invitationId"])

    def open_and_invite(self, owner: Person, name: str, email: str) -> Invited | Refused:
        """Open a project and invite an address to it."""
        opened = self.open(owner, name)
        return opened if isinstance(opened, Refused) else self.invite(owner, email)

    def invite_at_once(self, inviter: Person, email: str, times: int) -> list[Invited | Refused]:
        """Invite the same address `times` times at the same moment."""
        self._accounts.session(inviter)
        return at_once([lambda: self.invite(inviter, email)] * times)

    def accept(self, guest: Person, link: str = NEWEST, invited: Person | None = None) -> Joined | Refused:
        """Follow the link of the invitation to `invited`, by default the guest's own."""
        return self._accept(guest, self._links.token(invited or guest, INVITATION, link))

    def accept_at_once(self, guest: Person, times: int) -> list[Joined | Refused]:
        """Follow the same link `times` times at the same moment."""
        self._accounts.session(guest)
        token = self._links.keep(guest, INVITATION)
        return at_once([lambda: self._accept(guest, token)] * times)

    # What the business holds

    def owned_by(self, owner: Person) -> list[str]:
        """Return the names of the person's own projects."""
        rows = self._database.rows("projects", owner_id=self._accounts.user_id(owner))
        return sorted(row["name"] for row in rows)

    def states(self, guest: Person) -> list[str]:
        """Return the state of each invitation of the person: `sent`, or `accepted` where it says when."""
        rows = self._database.rows("invitations")
        mine = [row for row in rows if row["email"].lower() == guest.email.lower()]
        return [row["status"] if _agrees(row) else f"{row['status']} at {row['accepted_at']}" for row in mine]

    def roles(self, person: Person) -> list[str]:
        """Return as what the person belongs to the project spoken of, once for each membership."""
        assert self._latest, "No project has been opened in this scenario."
        user_id = self._accounts.user_id(person)
        rows = self._database.rows("project_members", project_id=self._latest.id, user_id=user_id)
        return [row["role"] for row in rows]

    def _accept(self, guest: Person, token: str) -> Joined | Refused:
        answer = self._send(guest, "/invitations/accept", {"token": token}).expect(200)
        if isinstance(answer, Refused):
            return answer
        project_id = self._latest.id if self._latest else ""
        answer.saying(projectId=project_id, role="member")
        return Joined(project_id)

    def _send(self, person: Person, path: str, body: Mapping[str, Any]) -> Answer:
        return self._client.send("POST", path, body, session=self._accounts.session(person))


def _agrees(invitation: Mapping[str, Any]) -> bool:
    return bool((invitation["status"] == "accepted") == (invitation["accepted_at"] is not None))

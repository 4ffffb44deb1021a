"""Projects, invitations and memberships."""

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.drivers.refusals import granted


@given('{owner:Person} has opened the project "{name}"')
def has_opened(context: Context, owner: Person, name: str) -> None:
    """The person owns a project, which is the one spoken of from then on."""
    granted(context.world.drivers.projects.open(owner, name))


@when('{owner:Person} opens the project "{name}"')
def opens(context: Context, owner: Person, name: str) -> None:
    """The person wants a project of that name."""
    context.world.outcome = context.world.drivers.projects.open(owner, name)


@when("{owner:Person} opens a project without a name")
def opens_nameless(context: Context, owner: Person) -> None:
    """The person leaves the name of the project empty."""
    context.world.outcome = context.world.drivers.projects.open(owner, "")


@given("{inviter:Person} has invited {guest:Person}")
def has_invited(context: Context, inviter: Person, guest: Person) -> None:
    """The guest was sent an invitation to the project."""
    granted(context.world.drivers.projects.invite(inviter, guest.email))


@given('{inviter:Person} has invited {guest:Person} to the project "{name}"')
def has_invited_to(context: Context, inviter: Person, guest: Person, name: str) -> None:
    """The person has opened a project, and the guest was sent an invitation to it."""
    granted(context.world.drivers.projects.open_and_invite(inviter, name, guest.email))


@when("{inviter:Person} invites {guest:Person}")
def invites(context: Context, inviter: Person, guest: Person) -> None:
    """Somebody asks the guest to join the project."""
    context.world.outcome = context.world.drivers.projects.invite(inviter, guest.email)


@when('{inviter:Person} invites "{address}"')
def invites_address(context: Context, inviter: Person, address: str) -> None:
    """Somebody asks whoever reads that address to join the project."""
    context.world.outcome = context.world.drivers.projects.invite(inviter, address)


@when("{inviter:Person} invites {guest:Person} {times:Times} at the same moment")
def invites_at_once(context: Context, inviter: Person, guest: Person, times: int) -> None:
    """Somebody asks the guest that often, really at the same moment."""
    context.world.outcomes = context.world.drivers.projects.invite_at_once(inviter, guest.email, times)


@given("{guest:Person} has accepted the invitation")
def has_accepted(context: Context, guest: Person) -> None:
    """The guest works on the project."""
    granted(context.world.drivers.projects.accept(guest))


@when("{guest:Person} accepts the invitation through {link:Link}")
def accepts(context: Context, guest: Person, link: str) -> None:
    """The guest follows that link as the one of the invitation."""
    context.world.outcome = context.world.drivers.projects.accept(guest, link)


@when("{guest:Person} accepts {invited:Person}'s invitation")
def accepts_for_other(context: Context, guest: Person, invited: Person) -> None:
    """Somebody follows the link that was sent to another person."""
    context.world.outcome = context.world.drivers.projects.accept(guest, invited=invited)


@when("{guest:Person} accepts the invitation {times:Times} at the same moment")
def accepts_at_once(context: Context, guest: Person, times: int) -> None:
    """The guest follows one link that often, really at the same moment."""
    context.world.outcomes = context.world.drivers.projects.accept_at_once(guest, times)


@then('{owner:Person} owns the project "{name}"')
def owns(context: Context, owner: Person, name: str) -> None:
    """The project is the person's only one."""
    owned = context.world.drivers.projects.owned_by(owner)
    assert owned == [name], f"{owner} should own the project {name!r} alone, but owns: {owned}."


@then("{owner:Person} owns no project")
def owns_nothing(context: Context, owner: Person) -> None:
    """No project belongs to the person."""
    owned = context.world.drivers.projects.owned_by(owner)
    assert not owned, f"{owner} should own no project, but owns: {owned}."


@then("{guest:Person}'s invitation waits")
def invitation_waits(context: Context, guest: Person) -> None:
    """There is one invitation of the guest, and nobody has accepted it."""
    states = context.world.drivers.projects.states(guest)
    assert states == ["sent"], f"{guest} should have one invitation that waits, but they are: {states}."


@then("{guest:Person}'s invitation is accepted")
def invitation_is_accepted(context: Context, guest: Person) -> None:
    """There is one invitation of the guest, and it says when it was accepted."""
    states = context.world.drivers.projects.states(guest)
    assert states == ["accepted"], f"{guest} should have one accepted invitation, but they are: {states}."


@then("{guest:Person} is not invited")
def is_not_invited(context: Context, guest: Person) -> None:
    """There is no invitation of the guest."""
    states = context.world.drivers.projects.states(guest)
    assert not states, f"{guest} should not be invited, but the invitations are: {states}."


@then("{guest:Person} is a member of the project")
def is_member(context: Context, guest: Person) -> None:
    """The guest belongs to the project, once, as a member."""
    roles = context.world.drivers.projects.roles(guest)
    assert roles == ["member"], f"{guest} should be a member once, but belongs to the project as: {roles}."


@then("{guest:Person} is not a member of the project")
def is_not_member(context: Context, guest: Person) -> None:
    """The guest does not belong to the project."""
    roles = context.world.drivers.projects.roles(guest)
    assert not roles, f"{guest} should not be a member, but belongs to the project as: {roles}."

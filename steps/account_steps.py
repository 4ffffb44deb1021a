"""Accounts: signing up, confirming, logging in, forgetting a password, bans, onboarding, leaving."""

from datetime import timedelta

from behave import given, then, when
from behave.runner import Context

from support.data import people
from support.data.people import Person
from support.drivers.accounts import Done, LoggedIn, Noted
from support.drivers.refusals import Refused, granted

ARGON2ID = "$argon2id$"
SLACK = timedelta(seconds=5)  # the app's clock ticks on while a scenario runs

# Signing up


@given("{person:Person} has an account")
def has_an_account(context: Context, person: Person) -> None:
    """The person has a confirmed account and everybody's password."""
    context.world.drivers.accounts.open([person])


@given("{first:Person} and {second:Person} have accounts")
def have_accounts(context: Context, first: Person, second: Person) -> None:
    """Both have a confirmed account and everybody's password."""
    context.world.drivers.accounts.open([first, second])


@given("{person:Person} has an account with a phone number")
def has_an_account_with_phone(context: Context, person: Person) -> None:
    """The person has a confirmed account, and left a phone number as well."""
    context.world.drivers.accounts.open([person], phone_number=people.PHONE_NUMBER)


@given("{person:Person} has signed up")
def has_signed_up(context: Context, person: Person) -> None:
    """The person has opened an account and was sent the link that confirms the address."""
    granted(context.world.drivers.accounts.sign_up_and_wait(person))


@given("{person:Person} has tried to sign up")
def has_tried_to_sign_up(context: Context, person: Person) -> None:
    """The person pressed the button, and it may have gone wrong."""
    context.world.outcome = context.world.drivers.accounts.sign_up(person)


@when("{person:Person} signs up")
def signs_up(context: Context, person: Person) -> None:
    """The person opens an account with their own address."""
    context.world.outcome = context.world.drivers.accounts.sign_up(person)


@when('{person:Person} signs up as "{address}"')
def signs_up_as(context: Context, person: Person, address: str) -> None:
    """The person opens an account with that address."""
    context.world.outcome = context.world.drivers.accounts.sign_up(person, email=address)


@when('{person:Person} signs up with the password "{password}"')
def signs_up_with_password(context: Context, person: Person, password: str) -> None:
    """The person opens an account with that password."""
    context.world.outcome = context.world.drivers.accounts.sign_up(person, password=password)


@when("{person:Person} signs up {times:Times} at the same moment")
def signs_up_at_once(context: Context, person: Person, times: int) -> None:
    """The person opens that many accounts with one address, really at the same moment."""
    context.world.outcomes = context.world.drivers.accounts.sign_up_at_once(person, times)


@then("{person:Person} has an account that waits for confirmation")
def waits_for_confirmation(context: Context, person: Person) -> None:
    """The account is there, and its address is not confirmed."""
    account = context.world.drivers.accounts.account(person)
    assert account["email_verified"] is False, f"{person}'s address counts as confirmed already."


@then("{person:Person} has one account")
def has_one_account(context: Context, person: Person) -> None:
    """There is exactly one account with the person's address."""
    accounts = context.world.drivers.accounts.accounts_with_address(person)
    assert accounts == 1, f"{person} should have one account, but there are {accounts}."


@then("{person:Person} has no account")
def has_no_account(context: Context, person: Person) -> None:
    """There is no account with the person's address."""
    accounts = context.world.drivers.accounts.accounts_with_address(person)
    assert accounts == 0, f"{person} should have no account, but there are {accounts}."


@then("nobody has an account")
def nobody_has_an_account(context: Context) -> None:
    """There is no account at all."""
    accounts = context.world.drivers.accounts.accounts()
    assert not accounts, f"There should be no account, but there are: {[row['email'] for row in accounts]}."


@then("{person:Person}'s password is kept so that nobody can read it")
def password_is_hashed(context: Context, person: Person) -> None:
    """The password is kept as an argon2id hash."""
    kept = context.world.drivers.accounts.account(person)["password_hash"]
    assert kept.startswith(ARGON2ID), f"{person}'s password is not kept as an argon2id hash: {kept[:9]}…"


# Confirming the address


@given("{person:Person} has asked for another confirmation link")
def has_asked_for_confirmation(context: Context, person: Person) -> None:
    """The person was sent a second link that confirms the address."""
    granted(context.world.drivers.accounts.ask_for_confirmation_and_wait(person))


@when("{person:Person} asks for another confirmation link")
def asks_for_confirmation(context: Context, person: Person) -> None:
    """The person wants to be sent the link once more."""
    context.world.outcome = context.world.drivers.accounts.ask_for_confirmation(person)


@given("the token store has lost the confirmation link")
def store_lost_the_link(context: Context) -> None:
    """The token store no longer knows any confirmation link."""
    lost = context.world.drivers.accounts.lose_links()
    assert lost == 1, f"The token store should have kept one confirmation link to lose, but kept {lost}."


@given("{person:Person} has confirmed the address")
def has_confirmed(context: Context, person: Person) -> None:
    """The person has followed the confirmation link."""
    granted(context.world.drivers.accounts.confirm(person))


@when("{person:Person} confirms the address through {link:Link}")
def confirms(context: Context, person: Person, link: str) -> None:
    """The person follows that link as the one that confirms the address."""
    context.world.outcome = context.world.drivers.accounts.confirm(person, link)


@when("{person:Person} confirms the address {times:Times} at the same moment")
def confirms_at_once(context: Context, person: Person, times: int) -> None:
    """One confirmation link is followed that often, really at the same moment."""
    context.world.outcomes = context.world.drivers.accounts.confirm_at_once(person, times)


@then("{person:Person}'s address is confirmed")
def address_is_confirmed(context: Context, person: Person) -> None:
    """The account counts as belonging to who reads the e-mails."""
    account = context.world.drivers.accounts.account(person)
    assert account["email_verified"] is True, f"{person}'s address should be confirmed, but it is not."


@then("one confirmation link is kept for {lifetime:Duration}")
def one_confirmation_link(context: Context, lifetime: timedelta) -> None:
    """The token store keeps exactly one confirmation link, and forgets it after that time."""
    kept = context.world.drivers.accounts.confirmation_keys()
    assert len(kept) == 1, f"One confirmation link should be kept, but there are {len(kept)}: {list(kept)}."
    (left,) = kept.values()
    assert abs(lifetime - left) < timedelta(minutes=1), (
        f"The link should live {lifetime}, but it lives {left}."
    )


@then("{person:Person} is told no more than that the wish was noted")
def is_told_no_more(context: Context, person: Person) -> None:
    """The answer is the one that everybody gets, so that it tells nobody who has an account."""
    outcome = context.world.outcome
    assert outcome == Noted({}), f"{person} should have been told nothing, but was told: {outcome}."


# Logging in


@given("{person:Person} is logged in")
def has_logged_in(context: Context, person: Person) -> None:
    """The person holds a session."""
    granted(context.world.drivers.accounts.log_in(person))


@given("{person:Person} is logged out")
def has_logged_out(context: Context, person: Person) -> None:
    """The person holds no session, and does not log in."""
    context.world.drivers.accounts.log_out(person)


@given("{person:Person} holds a session that is {spoiled:Spoiled}")
def holds_spoiled_session(context: Context, person: Person, spoiled: str) -> None:
    """What the person shows is not the session that the shop gave."""
    context.world.drivers.accounts.spoil_session(person, spoiled)


@given("{person:Person} has typed a wrong password {times:Times}")
def has_typed_wrong_password(context: Context, person: Person, times: int) -> None:
    """The person has tried to log in with a wrong password, one time after the other."""
    context.world.drivers.accounts.guess(person, times)


@given(
    "{person:Person} has typed a wrong password {first:Times}, and {more:Times} more after {lapse:Duration}"
)
def has_typed_wrong_password_apart(
    context: Context, person: Person, first: int, more: int, lapse: timedelta
) -> None:
    """The person has tried to log in with a wrong password, and again after a while."""
    context.world.drivers.accounts.guess_apart(person, first, lapse, more)


@given("a wrong password of {person:Person} was typed {times:Times} at the same moment")
def wrong_password_at_once(context: Context, person: Person, times: int) -> None:
    """Somebody guessed the person's password in many places, really at the same moment."""
    context.world.outcomes = context.world.drivers.accounts.guess_at_once(person, times)


@when("a wrong password of {person:Person} is typed {times:Times} at the same moment")
def wrong_password_typed_at_once(context: Context, person: Person, times: int) -> None:
    """Somebody guesses the person's password in many places, really at the same moment."""
    context.world.outcomes = context.world.drivers.accounts.guess_at_once(person, times)


@when("{person:Person} logs in")
def logs_in(context: Context, person: Person) -> None:
    """The person logs in with the right password."""
    context.world.outcome = context.world.drivers.accounts.log_in(person)


@when("{person:Person} logs in with a wrong password")
def logs_in_wrongly(context: Context, person: Person) -> None:
    """The person mistypes the password."""
    context.world.outcome = context.world.drivers.accounts.log_in(person, people.WRONG_PASSWORD)


@when("{first:Person} and {second:Person} log in with a wrong password")
def both_log_in_wrongly(context: Context, first: Person, second: Person) -> None:
    """Two people mistype the password, one after the other."""
    context.world.outcomes = context.world.drivers.accounts.guess_each([first, second])


@then("{person:Person} is logged in")
def is_logged_in(context: Context, person: Person) -> None:
    """The latest action gave the person a session, and the shop accepts it."""
    outcome = context.world.outcome
    assert isinstance(outcome, LoggedIn), f"{person} should be logged in, but the answer was: {outcome}."
    tried = context.world.drivers.accounts.try_session(person)
    assert tried == Done(), f"{person} was given a session, but what was done with it was {tried}."


@then("{person:Person}'s session goes on")
def session_goes_on(context: Context, person: Person) -> None:
    """The shop accepts the session that the person held before."""
    tried = context.world.drivers.accounts.try_session(person)
    assert tried == Done(), f"{person}'s session should go on, but what was done with it was {tried}."


@then("{person:Person}'s session has ended")
def session_has_ended(context: Context, person: Person) -> None:
    """The shop no longer accepts the session that the person held before."""
    tried = context.world.drivers.accounts.try_session(person)
    assert isinstance(tried, Refused) and tried.code == "unauthorized", (
        f"{person}'s session should have ended, but what was done with it came to: {tried}."
    )


@then("{person:Person} can log in with the old password")
def old_password_works(context: Context, person: Person) -> None:
    """Everybody's password still opens the account."""
    outcome = context.world.drivers.accounts.log_in(person)
    assert isinstance(outcome, LoggedIn), f"{person}'s old password should work, but it was {outcome}."


@then("{person:Person} can log in with the new password")
def new_password_works(context: Context, person: Person) -> None:
    """The password that was just set opens the account."""
    outcome = context.world.drivers.accounts.log_in(person, people.NEW_PASSWORD)
    assert isinstance(outcome, LoggedIn), f"{person}'s new password should work, but it was {outcome}."


@then("{person:Person} can no longer log in with the old password")
def old_password_is_dead(context: Context, person: Person) -> None:
    """Everybody's password does not open the account any more."""
    outcome = context.world.drivers.accounts.log_in(person)
    assert isinstance(outcome, Refused) and outcome.code == "bad_credentials", (
        f"{person}'s old password should be refused as wrong, but logging in came to: {outcome}."
    )


# Forgotten passwords


@given("{person:Person} has asked for a new password")
def has_asked_for_reset(context: Context, person: Person) -> None:
    """The person was sent a link that sets a new password."""
    granted(context.world.drivers.accounts.ask_for_reset_and_wait(person))


@given("{person:Person} has asked for a new password in vain")
def has_asked_for_reset_in_vain(context: Context, person: Person) -> None:
    """The person wants a new password, and the e-mail has not been delivered."""
    granted(context.world.drivers.accounts.ask_for_reset(person))


@given("{person:Person} has set a new password")
def has_set_password(context: Context, person: Person) -> None:
    """The person has followed the link and set the new password."""
    granted(context.world.drivers.accounts.reset(person))


@when("{person:Person} asks for a new password")
def asks_for_reset(context: Context, person: Person) -> None:
    """The person says that the password is forgotten."""
    context.world.outcome = context.world.drivers.accounts.ask_for_reset(person)


@when('{person:Person} asks for a new password for "{address}"')
def asks_for_reset_of(context: Context, person: Person, address: str) -> None:
    """The person types something else in the place of the address."""
    context.world.outcome = context.world.drivers.accounts.ask_for_reset(person, address)


@when("{person:Person} sets a new password through {link:Link}")
def sets_password(context: Context, person: Person, link: str) -> None:
    """The person follows that link as the one that sets a new password."""
    context.world.outcome = context.world.drivers.accounts.reset(person, link)


@when('{person:Person} sets the new password "{password}"')
def sets_this_password(context: Context, person: Person, password: str) -> None:
    """The person follows the link of the e-mail and sets that password."""
    context.world.outcome = context.world.drivers.accounts.reset(person, password=password)


@when("{person:Person} sets a new password {times:Times} at the same moment")
def sets_password_at_once(context: Context, person: Person, times: int) -> None:
    """One link is followed that often, really at the same moment."""
    context.world.outcomes = context.world.drivers.accounts.reset_at_once(person, times)


# Bans


@given("{admin:Person} has banned {person:Person} for {length:Duration}")
def has_banned(context: Context, admin: Person, person: Person, length: timedelta) -> None:
    """The admin has shut the person out for that long."""
    granted(context.world.drivers.accounts.ban(admin, person, length))


@when("{admin:Person} bans {person:Person} for {length:Duration}")
def bans(context: Context, admin: Person, person: Person, length: timedelta) -> None:
    """Somebody shuts the person out for that long."""
    context.world.outcome = context.world.drivers.accounts.ban(admin, person, length)


@then("{person:Person} is banned for {length:Duration}")
def is_banned(context: Context, person: Person, length: timedelta) -> None:
    """The account is shut for that long from now."""
    left = context.world.drivers.accounts.ban_left(person)
    assert abs(left - length) < SLACK, f"{person} should be banned for {length}, but it is {left}."


@then("{person:Person} is not banned")
def is_not_banned(context: Context, person: Person) -> None:
    """The account is not shut."""
    left = context.world.drivers.accounts.ban_left(person)
    assert not left, f"{person} should not be banned, but is for {left}."


@then("{person:Person} is told that the ban ends in {length:Duration}")
def is_told_end_of_ban(context: Context, person: Person, length: timedelta) -> None:
    """The latest answer names the end of the ban."""
    told = context.world.drivers.accounts.told_end_of_ban(context.world.outcome)
    assert told is not None and abs(told - length) < SLACK, (
        f"{person} should have been told that the ban ends in {length}, but was told: {told}."
    )


# Onboarding


@given("{person:Person} has completed onboarding")
def has_onboarded(context: Context, person: Person) -> None:
    """The person has told of a company with a team of 10-50."""
    granted(context.world.drivers.accounts.onboard(person))


@when("{person:Person} completes onboarding")
def completes_onboarding(context: Context, person: Person) -> None:
    """The person tells of a company with a team of 10-50."""
    context.world.outcome = context.world.drivers.accounts.onboard(person)


@when('{person:Person} completes onboarding with a team of "{team_size}"')
def completes_onboarding_with_team(context: Context, person: Person, team_size: str) -> None:
    """The person tells of a company with a team of that size."""
    context.world.outcome = context.world.drivers.accounts.onboard(person, team_size)


@when("{person:Person} completes onboarding {times:Times} at the same moment")
def completes_onboarding_at_once(context: Context, person: Person, times: int) -> None:
    """The person tells of the company that often, really at the same moment."""
    context.world.outcomes = context.world.drivers.accounts.onboard_at_once(person, times)


@then('{person:Person} is onboarded with a team of "{team_size}"')
def is_onboarded(context: Context, person: Person, team_size: str) -> None:
    """The one profile of the person names that team size."""
    sizes = [row["team_size"] for row in context.world.drivers.accounts.profiles(person)]
    assert sizes == [team_size], f"{person} should have one profile, with a team of {team_size}, not {sizes}."


@then("{person:Person} is not onboarded")
def is_not_onboarded(context: Context, person: Person) -> None:
    """Nothing is kept of a company of the person."""
    profiles = context.world.drivers.accounts.profiles(person)
    assert not profiles, f"{person} should not be onboarded, but there is: {profiles}."


# Leaving


@given("{person:Person} has deleted the account")
def has_deleted(context: Context, person: Person) -> None:
    """The person has left the shop."""
    granted(context.world.drivers.accounts.delete(person))


@when("{person:Person} deletes the account")
def deletes(context: Context, person: Person) -> None:
    """The person leaves the shop, and proves it with the password."""
    context.world.outcome = context.world.drivers.accounts.delete(person)


@when("{person:Person} deletes the account with a wrong password")
def deletes_wrongly(context: Context, person: Person) -> None:
    """Somebody who does not know the password wants the account gone."""
    context.world.outcome = context.world.drivers.accounts.delete(person, people.WRONG_PASSWORD)


@then("nothing personal of {person:Person} is left")
def nothing_personal_is_left(context: Context, person: Person) -> None:
    """Neither the account, nor its profile, nor a message that waits holds anything about the person."""
    traces = context.world.drivers.accounts.traces(person)
    assert not traces, f"Personal data of {person} is still kept in: {', '.join(traces)}."


@then("the shop remembers that {person:Person}'s account was deleted")
def deletion_is_remembered(context: Context, person: Person) -> None:
    """What is left of the account says when it was deleted."""
    remains = context.world.drivers.accounts.remains(person)
    assert len(remains) == 1, f"One deleted account of {person} should be left, but there are {len(remains)}."

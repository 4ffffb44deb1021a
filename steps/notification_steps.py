"""E-mails: what people are sent, what still waits, and what is given up."""

from datetime import timedelta

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person

PUNCTUALITY = timedelta(seconds=5)


@given("{count:d} visitors have signed up")
def visitors_have_signed_up(context: Context, count: int) -> None:
    """So many people whom nobody knows by name have opened accounts, one after the other."""
    context.world.visitors = context.world.strangers.many(count)
    context.world.outcomes = context.world.drivers.accounts.sign_up_all(context.world.visitors)


@given('the "{mail:Mail}" e-mail to {person:Person} has failed {times:Times}')
@when('the "{mail:Mail}" e-mail to {person:Person} fails {times:Times}')
def fails_so_often(context: Context, mail: str, person: Person, times: int) -> None:
    """Time passes from try to try until so many have failed."""
    context.world.drivers.notifications.await_failures(person, mail, times)


@then('{person:Person} is sent the "{mail:Mail}" e-mail')
def is_sent(context: Context, person: Person, mail: str) -> None:
    """The message has arrived at the e-mail provider, once, and has a subject and something to read."""
    delivered = context.world.drivers.notifications.delivered(person, mail)
    assert delivered.subject.strip() and delivered.body.strip(), (
        f"{person} was sent an empty e-mail: {delivered}."
    )


@then('{person:Person} is sent the "{mail:Mail}" e-mail {times:Times}')
def is_sent_so_often(context: Context, person: Person, mail: str, times: int) -> None:
    """The message has arrived at the e-mail provider so often."""
    arrived = context.world.drivers.notifications.times_delivered(person, mail)
    assert arrived == times, (
        f"{person} should have been sent it {times} time(s), but it was sent {arrived} time(s)."
    )


@then('{person:Person} is sent no "{mail:Mail}" e-mail')
def is_sent_none(context: Context, person: Person, mail: str) -> None:
    """No such message was written down for the person, so none will be sent either."""
    messages = context.world.drivers.notifications.messages(person.email, mail)
    assert not messages, f"{person} should be sent no such e-mail, but {len(messages)} are written down."


@then("no e-mail is on its way to {person:Person}")
def none_on_its_way(context: Context, person: Person) -> None:
    """No message at all was written down for the person or given to the e-mail provider."""
    on_its_way = context.world.drivers.notifications.on_its_way(person)
    assert not on_its_way, f"No e-mail should be on its way to {person}, but: {'; '.join(on_its_way)}."


@then('each of the visitors is sent the "{mail:Mail}" e-mail once')
def each_is_sent_once(context: Context, mail: str) -> None:
    """The message has reached everybody, and nobody twice."""
    miscounted = context.world.drivers.notifications.miscounted(context.world.visitors, mail)
    assert not miscounted, f"Everybody should have got it once, but: {'; '.join(miscounted)}."


@then('the "{mail:Mail}" e-mail to {person:Person} waits for another try')
def waits_for_another_try(context: Context, mail: str, person: Person) -> None:
    """The message has failed, is kept, and the next try is planned."""
    message = context.world.drivers.notifications.await_status(person, mail, "queued")
    assert message["next_attempt_at"] and not message["sent_at"], (
        f"The e-mail to {person} should wait for another try, but: {message}."
    )


@then('the "{mail:Mail}" e-mail to {person:Person} is tried again after {wait:Duration}')
def is_tried_again(context: Context, mail: str, person: Person, wait: timedelta) -> None:
    """The next try comes that long after the last one, give or take five seconds."""
    rest = context.world.drivers.notifications.rest_before_next_try(person, mail)
    assert abs(rest - wait) < PUNCTUALITY, f"It should be tried again after {wait}, but it was after {rest}."


@then('the "{mail:Mail}" e-mail to {person:Person} is given up')
def is_given_up(context: Context, mail: str, person: Person) -> None:
    """The message is kept as failed, with the reason, and no further try is planned."""
    message = context.world.drivers.notifications.await_status(person, mail, "failed")
    assert message["last_error"] and not message["sent_at"], (
        f"The e-mail to {person} should be kept as failed with its reason, but: {message}."
    )


@then("{person:Person} has not waited for the e-mail provider")
def has_not_waited(context: Context, person: Person) -> None:
    """The person was answered while the e-mail provider was still silent."""
    ended = context.world.drivers.notifications.ended_tries(person)
    assert not ended, f"{person} was answered only after the e-mail provider was done: {'; '.join(ended)}."

"""Messages, by e-mail or SMS: what people are sent, what still waits, and what is given up."""

from datetime import timedelta

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.drivers import notifications
from support.drivers.notifications import Channel

PUNCTUALITY = timedelta(seconds=5)


@given("{count:d} visitors have signed up")
def visitors_have_signed_up(context: Context, count: int) -> None:
    """So many people whom nobody knows by name have opened accounts, one after the other."""
    context.world.visitors = context.world.strangers.many(count)
    context.world.outcomes = context.world.drivers.accounts.sign_up_all(context.world.visitors)


@given('the "{mail:Mail}" {channel:Channel} to {person:Person} has failed {times:Times}')
@when('the "{mail:Mail}" {channel:Channel} to {person:Person} fails {times:Times}')
def fails_so_often(context: Context, mail: str, channel: Channel, person: Person, times: int) -> None:
    """Time passes from try to try until so many have failed."""
    context.world.drivers.notifications.await_failures(person, mail, times, channel)


@then('{person:Person} is sent the "{mail:Mail}" {channel:Channel}')
def is_sent(context: Context, person: Person, mail: str, channel: Channel) -> None:
    """The message has arrived at its provider, and there is something to read in it."""
    read = context.world.drivers.notifications.read(person, mail, channel)
    assert read, f"{person} was sent an empty {channel}."


@then('{person:Person} is sent the "{mail:Mail}" {channel:Channel} {times:Times}')
def is_sent_so_often(context: Context, person: Person, mail: str, channel: Channel, times: int) -> None:
    """The message has arrived at its provider so often."""
    arrived = context.world.drivers.notifications.times_delivered(person, mail, channel)
    assert arrived == times, (
        f"{person} should have been sent it {times} time(s), but it was sent {arrived} time(s)."
    )


@then('{person:Person} is sent no "{mail:Mail}" {channel:Channel}')
def is_sent_none(context: Context, person: Person, mail: str, channel: Channel) -> None:
    """No such message was written down for the person, so none will be sent either."""
    messages = context.world.drivers.notifications.messages(person, mail, channel)
    assert not messages, f"{person} should be sent no such {channel}, but {len(messages)} are written down."


@then("no {channel:Channel} is on its way to {person:Person}")
def none_on_its_way(context: Context, channel: Channel, person: Person) -> None:
    """No message at all was written down for the person or given to the provider."""
    on_its_way = context.world.drivers.notifications.on_its_way(person, channel)
    assert not on_its_way, f"No {channel} should be on its way to {person}, but: {'; '.join(on_its_way)}."


@then("no {channel:Channel} is on its way to anybody")
def none_on_its_way_to_anybody(context: Context, channel: Channel) -> None:
    """No message at all was written down or given to the provider, whoever it is for."""
    on_its_way = context.world.drivers.notifications.on_its_way_to_anybody(channel)
    assert not on_its_way, f"No {channel} should be on its way, but: {'; '.join(on_its_way)}."


@then('each of the visitors is sent the "{mail:Mail}" e-mail once')
def each_is_sent_once(context: Context, mail: str) -> None:
    """The message has reached everybody, and nobody twice."""
    miscounted = context.world.drivers.notifications.miscounted(context.world.visitors, mail)
    assert not miscounted, f"Everybody should have got it once, but: {'; '.join(miscounted)}."


@then('the "{mail:Mail}" {channel:Channel} to {person:Person} waits for another try')
def waits_for_another_try(context: Context, mail: str, channel: Channel, person: Person) -> None:
    """The message has failed, is kept, and the next try is planned."""
    message = context.world.drivers.notifications.await_status(person, mail, "queued", channel)
    assert message["next_attempt_at"] and not message["sent_at"], (
        f"The {channel} to {person} should wait for another try, but: {message}."
    )


@then('the "{mail:Mail}" {channel:Channel} to {person:Person} is tried again after {wait:Duration}')
def is_tried_again(context: Context, mail: str, channel: Channel, person: Person, wait: timedelta) -> None:
    """The next try comes that long after the last one, give or take five seconds."""
    rest = context.world.drivers.notifications.rest_before_next_try(person, mail, channel)
    assert abs(rest - wait) < PUNCTUALITY, f"It should be tried again after {wait}, but it was after {rest}."


@then('the "{mail:Mail}" {channel:Channel} to {person:Person} is given up')
def is_given_up(context: Context, mail: str, channel: Channel, person: Person) -> None:
    """The message is kept as failed, with the reason, and no further try is planned."""
    message = context.world.drivers.notifications.await_status(person, mail, "failed", channel)
    assert message["last_error"] and not message["sent_at"], (
        f"The {channel} to {person} should be kept as failed with its reason, but: {message}."
    )


@then("{person:Person} has not waited for {provider:Provider}")
def has_not_waited(context: Context, person: Person, provider: str) -> None:
    """The person was answered while the provider of e-mail or SMS was still silent."""
    ended = context.world.drivers.notifications.ended_tries(notifications.BY_PROVIDER[provider])
    assert not ended, f"{person} was answered only after the provider was done: {'; '.join(ended)}."

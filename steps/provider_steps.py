"""Third parties in trouble and well again, and how the shop bears it."""

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.drivers import notifications


@given("{provider:Provider} {trouble:Trouble}")
def in_trouble(context: Context, provider: str, trouble: str) -> None:
    """The third party is in that trouble until it is well again."""
    context.world.drivers.third_parties.be_in_trouble(provider, trouble)


@given("{provider:Provider} {trouble:Trouble} {times:Times}")
def in_trouble_for_a_while(context: Context, provider: str, trouble: str, times: int) -> None:
    """The third party is in that trouble for so many calls, then it is well again."""
    context.world.drivers.third_parties.be_in_trouble(provider, trouble, times)


@given("{outage:Outage} while the payment provider takes the money and then falls silent")
def outage_meanwhile(context: Context, outage: str) -> None:
    """The next charge goes through, but when the answer comes the shop has lost what it stands on."""
    happening = context.world.drivers.operations.happening(outage)
    context.world.drivers.third_parties.meanwhile("payments", happening)


@given("{outage:Outage} while the e-mail provider takes the message")
def outage_while_sending(context: Context, outage: str) -> None:
    """The next e-mail is sent, but the shop has lost what it stands on before it could note so."""
    happening = context.world.drivers.operations.happening(outage)
    context.world.drivers.third_parties.meanwhile("email", happening, then_silent=False)


@given("{provider:Provider} is well again")
@when("{provider:Provider} is well again")
def well_again(context: Context, provider: str) -> None:
    """The third party answers as it should."""
    context.world.drivers.third_parties.recover(provider)


@given("a second copy of the shop is running")
def second_copy(context: Context) -> None:
    """Another copy of the shop works on the same books until the scenario ends."""
    context.add_cleanup(context.world.drivers.copies.start_another())


@then("the payment provider hears nothing of it")
def hears_nothing(context: Context) -> None:
    """The payment provider was not called at all."""
    books = context.world.drivers.books
    assert books.provider_calls() == 0, (
        f"The payment provider should not have been called, but:\n{books.calls()}"
    )


@then("the payment provider is asked for money {times:Times}")
def asked_for_money(context: Context, times: int) -> None:
    """The payment provider was asked to charge a card so often, whatever came of it."""
    books = context.world.drivers.books
    asked = books.asked_for_money()
    assert asked == times, (
        f"It should have been asked for money {times} time(s), not {asked}:\n{books.calls()}"
    )


@then("the payment provider is asked for money at most {times:Times}")
def asked_for_money_at_most(context: Context, times: int) -> None:
    """The payment provider was asked to charge a card at least once, and no more often than that."""
    books = context.world.drivers.books
    asked = books.asked_for_money()
    assert 1 <= asked <= times, (
        f"It should have been asked for money 1 to {times} time(s), not {asked}:\n{books.calls()}"
    )


@then("the payment provider is given one key for all tries of {person:Person}")
def given_one_key(context: Context, person: Person) -> None:
    """Every call for money carried one key, the one in the books, so that none can charge twice."""
    books = context.world.drivers.books
    given, written_down = books.keys_at_provider(), books.keys_in_books(person)
    assert len(given) == 1 and given == written_down and None not in given, (
        f"All calls for money should carry one key, but there are {given}, and the books hold {written_down}."
    )


@then("{provider:Provider} is asked to write to {person:Person} {times:Times}")
def asked_to_write(context: Context, provider: str, person: Person, times: int) -> None:
    """The e-mail or SMS provider was asked to write to the person so often, whatever came of it."""
    tries = context.world.drivers.notifications.tries(person, notifications.BY_PROVIDER[provider])
    assert len(tries) == times, f"It should have been asked {times} time(s), not {len(tries)}: {tries}"

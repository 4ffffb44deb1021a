"""Orders: placing, placing again, what becomes of them, looking at them, and cancelling."""

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.data.values import Card, Money
from support.drivers.orders import CancelledOrder, Placed, Shown
from support.drivers.products import Goods
from support.drivers.refusals import granted

# Placing


@given("{person:Person} is a customer of a shop that has {goods:Goods}")
def is_a_customer_of_shop(context: Context, person: Person, goods: Goods) -> None:
    """So many pieces of these products are on sale, and the person has a confirmed account."""
    context.world.drivers.orders.come_to_shop(person, goods)


@given("{person:Person} is a customer who has bought {goods:Goods}")
def is_a_customer_who_has_bought(context: Context, person: Person, goods: Goods) -> None:
    """The person has a confirmed account and has bought these goods; what was lacking was put on sale."""
    context.world.outcome = context.world.drivers.orders.become_customer(person, goods)


@given("{person:Person} has bought {goods:Goods}")
def has_bought_before(context: Context, person: Person, goods: Goods) -> None:
    """The person has ordered these goods, and it went through; what was lacking was put on sale before."""
    context.world.outcome = context.world.drivers.orders.have_bought(person, goods)


@given("{person:Person} has tried to order {goods:Goods}")
@when("{person:Person} orders {goods:Goods}")
def orders(context: Context, person: Person, goods: Goods) -> None:
    """The person orders these goods with a valid card, whatever comes of it."""
    context.world.outcome = context.world.drivers.orders.place(person, goods)


@given("{person:Person} has tried to order {goods:Goods} with {card:Card}")
@when("{person:Person} orders {goods:Goods} with {card:Card}")
def orders_with_card(context: Context, person: Person, goods: Goods, card: Card) -> None:
    """The person orders these goods with that card, whatever comes of it."""
    context.world.outcome = context.world.drivers.orders.place(person, goods, card)


@given("{person:Person} has tried to order {goods:Goods} while the payment provider {trouble:Trouble}")
def orders_in_trouble(context: Context, person: Person, goods: Goods, trouble: str) -> None:
    """The person ordered while the payment provider was in trouble; now it is well again."""
    context.world.outcome = context.world.drivers.orders.place_in_trouble(person, goods, trouble)


@given("{person:Person} has tried to order {goods:Goods} just as the database went down")
def orders_as_database_goes_down(context: Context, person: Person, goods: Goods) -> None:
    """The card was charged, but the database was gone when the answer came. It is back by now; the payment
    provider has fallen silent.
    """
    context.world.outcome = context.world.drivers.orders.place_as_database_goes_down(person, goods)


@given("{person:Person}'s payment for {goods:Goods} never arrived, and the shop gave the order up")
def order_given_up(context: Context, person: Person, goods: Goods) -> None:
    """The payment provider never got the payment, and enough time has passed to be sure of that."""
    context.world.drivers.orders.given_up(person, goods)


@when("{person:Person} orders nothing at all")
def orders_nothing(context: Context, person: Person) -> None:
    """The person sends an order without any goods."""
    context.world.outcome = context.world.drivers.orders.place_nothing(person)


@when("{person:Person} sends the same order again")
def sends_order_again(context: Context, person: Person) -> None:
    """The person's last order arrives once more, under the same key."""
    context.world.outcome = context.world.drivers.orders.send_again(person)


@when("{person:Person} sends the same order again, but for {goods:Goods}")
def sends_order_again_for(context: Context, person: Person, goods: Goods) -> None:
    """The person's last order arrives once more under the same key, with other goods."""
    context.world.outcome = context.world.drivers.orders.send_again(person, goods)


@when("{person:Person} sends one order for {goods:Goods} twice at the same moment")
def sends_order_at_once(context: Context, person: Person, goods: Goods) -> None:
    """One order arrives twice, really at the same moment."""
    context.world.outcomes = context.world.drivers.orders.place_at_once(person, goods, times=2)


# Others who want the same goods


@given("there are {count:d} visitors with accounts")
def visitors_with_accounts(context: Context, count: int) -> None:
    """So many people whom nobody knows by name have confirmed accounts."""
    context.world.visitors = context.world.strangers.many(count)
    context.world.drivers.accounts.open(context.world.visitors)


@when("{first:Person} and {second:Person} order {goods:Goods} at the same moment")
def two_order_at_once(context: Context, first: Person, second: Person, goods: Goods) -> None:
    """Two people order the same goods, really at the same moment."""
    context.world.outcomes = context.world.drivers.orders.race([first, second], [goods, goods])


@when("all visitors order {goods:Goods} at the same moment")
def visitors_order_at_once(context: Context, goods: Goods) -> None:
    """Each visitor orders these goods, really at the same moment."""
    context.world.outcomes = context.world.drivers.orders.race_for(context.world.visitors, goods)


@when("all visitors order {goods:Goods} at the same moment, every other one in the opposite order")
def visitors_order_crosswise(context: Context, goods: Goods) -> None:
    """Each visitor orders these goods at the same moment; the next one in line begins with the last."""
    context.world.outcomes = context.world.drivers.orders.race_crosswise(context.world.visitors, goods)


@when("{person:Person} orders {goods:Goods} while a clerk counts them")
def orders_beside_clerk(context: Context, person: Person, goods: Goods) -> None:
    """Somebody else holds these goods in the database, and lets go when the shop waits for them."""
    context.world.outcomes = [context.world.drivers.orders.place_beside_clerk(person, goods)]


@when("{person:Person} orders {goods:Goods} while a clerk counts them crosswise")
def orders_against_clerk(context: Context, person: Person, goods: Goods) -> None:
    """Somebody else keeps one of the goods in the database and wants the other, so that clerk and shop wait
    for each other.
    """
    context.world.outcomes = [context.world.drivers.orders.place_against_clerk(person, goods)]


@then("both are told of the same order")
def both_told_of_same_order(context: Context) -> None:
    """Whoever asked was told of one and the same confirmed order."""
    told = [one.order_id if isinstance(one, Placed) else str(one) for one in context.world.outcomes]
    assert len(set(told)) == 1 and isinstance(context.world.outcomes[0], Placed), (
        f"Both should have been told of the same order, but: {'; '.join(told)}."
    )


@then("everybody has got and paid exactly what the shop told them")
def everybody_has_what_was_told(context: Context) -> None:
    """Orders, payments, e-mails and stock are those of the confirmed orders, and of nothing else."""
    outcomes = context.world.outcomes
    differences = context.world.drivers.order_books.differences_if_answers_hold(outcomes)
    assert not differences, (
        f"Everybody should have what they were told, but: {'; '.join(differences)}. "
        f"They were told: {'; '.join(map(str, outcomes))}.\n{context.world.drivers.books.calls()}"
    )


@then("the database has broken the deadlock of clerk and shop")
def deadlock_was_broken(context: Context) -> None:
    """Each waited for the other, and the database reports that it ended this. An app that never holds one
    product while it waits for another, or does not wait for long, never gets there: it took turns.
    """
    clerk = context.world.drivers.clerk
    assert clerk.deadlocks or clerk.took_turns, (
        "Clerk and shop should have waited for each other until the database broke it, but it reports "
        f"{clerk.deadlocks} deadlocks."
    )


# What became of it


@then("{person:Person} is told that the order over {amount:Money} is confirmed")
def is_told_confirmed(context: Context, person: Person, amount: Money) -> None:
    """The latest answer says that the order is confirmed, and names its total."""
    outcome = context.world.outcome
    assert isinstance(outcome, Placed) and outcome.total == amount.minor, (
        f"{person} should have been told of an order over {amount}, but the answer was: {outcome}."
    )


@then("{person:Person} has bought {goods:Goods} for {amount:Money}")
def has_bought(context: Context, person: Person, goods: Goods, amount: Money) -> None:
    """One confirmed order of these goods: stock, payment, order, confirmation and payment provider agree."""
    differences = context.world.drivers.order_books.differences_if_bought(person, goods, amount)
    assert not differences, (
        f"{person} should have bought {goods} for {amount}, but: {'; '.join(differences)}.\n"
        f"{context.world.drivers.books.calls()}"
    )


@then("the shop finds out that {person:Person} has bought {goods:Goods} for {amount:Money}")
def finds_out_bought(context: Context, person: Person, goods: Goods, amount: Money) -> None:
    """Soon the order is confirmed: stock, payment, order, confirmation and payment provider agree."""
    differences = context.world.drivers.order_books.differences_once_bought(person, goods, amount)
    assert not differences, (
        f"The shop should have found out that {person} has bought {goods} for {amount}, but: "
        f"{'; '.join(differences)}.\n{context.world.drivers.books.calls()}"
    )


@then("{person:Person} has bought nothing")
def has_bought_nothing(context: Context, person: Person) -> None:
    """No order of the person's is left, no money was taken, nothing confirmed, and all goods are on sale."""
    differences = context.world.drivers.order_books.differences_if_nothing_bought(person)
    assert not differences, (
        f"{person} should have bought nothing, but: {'; '.join(differences)}.\n"
        f"{context.world.drivers.books.calls()}"
    )


@then("{person:Person}'s order for {goods:Goods} waits for its payment")
def order_waits(context: Context, person: Person, goods: Goods) -> None:
    """The order is pending and holds its goods; nothing is paid, and nothing confirmed."""
    differences = context.world.drivers.order_books.differences_if_pending(person, goods)
    assert not differences, (
        f"{person}'s order should wait for its payment, but: {'; '.join(differences)}.\n"
        f"{context.world.drivers.books.calls()}"
    )


@then("the shop gives up {person:Person}'s order")
def order_is_given_up(context: Context, person: Person) -> None:
    """Soon the order is cancelled, its goods are back on sale, no money was taken and nothing confirmed."""
    differences = context.world.drivers.order_books.differences_once_given_up(person)
    assert not differences, (
        f"The shop should have given up {person}'s order, but: {'; '.join(differences)}.\n"
        f"{context.world.drivers.books.calls()}"
    )


# Looking


@when("{person:Person} looks at the order")
def looks_at_order(context: Context, person: Person) -> None:
    """The person looks at their own order."""
    context.world.outcome = context.world.drivers.orders.look(person, person)


@when("{person:Person} looks at {owner:Person}'s order")
def looks_at_order_of(context: Context, person: Person, owner: Person) -> None:
    """Somebody looks at the order of somebody else."""
    context.world.outcome = context.world.drivers.orders.look(person, owner)


@then("{person:Person} is shown an order for {goods:Goods} over {amount:Money} that is {stage:Stage}")
def is_shown_order(context: Context, person: Person, goods: Goods, amount: Money, stage: str) -> None:
    """The latest answer names these goods, the total and how the order stands."""
    shown = context.world.outcome
    wanted = (goods.pieces, amount.minor, stage)
    assert isinstance(shown, Shown) and (shown.pieces, shown.total, shown.status) == wanted, (
        f"{person} should have been shown {goods} over {amount}, {stage}, but was shown: {shown}."
    )


@then("{person:Person} is shown the tracking number")
def is_shown_tracking_number(context: Context, person: Person) -> None:
    """The latest answer names the tracking number that the order was shipped with."""
    shown, number = context.world.outcome, context.world.drivers.orders.tracking_number
    assert isinstance(shown, Shown) and shown.tracking_number == number, (
        f"{person} should have been shown the tracking number {number}, but was shown: {shown}."
    )


# Cancelling


@given("{person:Person} has cancelled the order")
def has_cancelled_order(context: Context, person: Person) -> None:
    """The person has withdrawn the order, and got the money back."""
    context.world.outcome = granted(context.world.drivers.orders.cancel(person, person))


@given("{person:Person} has tried to cancel the order while the payment provider {trouble:Trouble}")
def cancels_order_in_trouble(context: Context, person: Person, trouble: str) -> None:
    """The person wanted to withdraw the order while the payment provider was in trouble; now it is well."""
    context.world.outcome = context.world.drivers.orders.cancel_in_trouble(person, trouble)


@given("{person:Person} has tried to cancel the order just as the database went down")
def cancels_as_database_goes_down(context: Context, person: Person) -> None:
    """The money was given back, but the database was gone when the answer came. It is back by now."""
    context.world.outcome = context.world.drivers.orders.cancel_as_database_goes_down(person)


@when("{person:Person} cancels the order")
def cancels_order(context: Context, person: Person) -> None:
    """The person withdraws the order, whatever comes of it."""
    context.world.outcome = context.world.drivers.orders.cancel(person, person)


@when("{person:Person} cancels {owner:Person}'s order")
def cancels_order_of(context: Context, person: Person, owner: Person) -> None:
    """Somebody wants to withdraw the order of somebody else."""
    context.world.outcome = context.world.drivers.orders.cancel(person, owner)


@when("{person:Person} cancels the order twice at the same moment")
def cancels_order_at_once(context: Context, person: Person) -> None:
    """The person withdraws the order twice, really at the same moment."""
    context.world.outcomes = context.world.drivers.orders.cancel_at_once(person, times=2)


@when("{person:Person} cancels the order at the same moment as {admin:Person} marks it as {stage:Stage}")
def cancels_while_marked(context: Context, person: Person, admin: Person, stage: str) -> None:
    """The person withdraws the order, and while the money goes back an admin takes the order further."""
    context.world.outcomes = context.world.drivers.orders.cancel_while_marking(person, admin, stage)


@then("{person:Person} is told that the order is cancelled and {amount:Money} is given back")
def is_told_order_cancelled(context: Context, person: Person, amount: Money) -> None:
    """The latest answer says that the order is withdrawn, and names the money that goes back."""
    outcome = context.world.outcome
    assert isinstance(outcome, CancelledOrder) and outcome.given_back == amount.minor, (
        f"{person} should have been told of the end and of {amount}, but the answer was: {outcome}."
    )


@then("{person:Person}'s order is cancelled and {amount:Money} is given back")
def order_is_cancelled(context: Context, person: Person, amount: Money) -> None:
    """The order is withdrawn, once and whole: refund, stock, history, e-mail and payment provider agree."""
    differences = context.world.drivers.order_books.differences_if_cancelled(person, amount)
    assert not differences, (
        f"{person}'s order should be cancelled and {amount} given back, but: {'; '.join(differences)}.\n"
        f"{context.world.drivers.books.calls()}"
    )


@then("{person:Person}'s order is either cancelled or shipped, but not both")
def order_is_either(context: Context, person: Person) -> None:
    """Whoever was told yes has it: either money and goods are back, or the paid order is on its way."""
    outcomes = context.world.outcomes
    differences = context.world.drivers.order_books.differences_if_either(person, outcomes)
    assert not differences, (
        f"{person}'s order should be either cancelled or shipped, but: {'; '.join(differences)}. "
        f"They were told: {'; '.join(map(str, outcomes))}.\n{context.world.drivers.books.calls()}"
    )

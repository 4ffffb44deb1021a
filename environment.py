"""behave's hooks. What they do is in support/harness.py."""

import os
import sys
from typing import Any

from behave import register_type
from behave.formatter._registry import register_as
from behave.model import Scenario, Step

from support import settings
from support.data import values
from support.drivers import (
    accounts,
    books,
    changes,
    links,
    notifications,
    operations,
    orders,
    permissions,
    products,
    refusals,
    subscription_books,
    subscriptions,
    third_parties,
    webhooks,
)
from support.errors import PlumblineError
from support.evidence import run, terminal
from support.evidence.allure import PlumblineAllureFormatter
from support.harness import Harness
from support.runner import order

terminal.take_over()
register_as("plumbline.allure", PlumblineAllureFormatter)
register_type(
    Action=permissions.action,
    Amounts=subscription_books.amounts,
    Attempts=books.attempts,
    Card=values.card,
    Channel=notifications.channel,
    Day=values.day,
    Duration=values.duration,
    Event=webhooks.event,
    Field=refusals.entry,
    Goods=products.goods,
    Link=links.link,
    Mail=notifications.template,
    Money=values.money,
    Outage=operations.outage,
    Person=values.person,
    Plan=subscriptions.plan,
    Provider=third_parties.provider,
    Purpose=subscription_books.purpose,
    Refusal=refusals.refusal,
    Spoiled=accounts.spoiled,
    Stage=orders.stage,
    Standing=subscriptions.standing,
    Stray=operations.stray,
    Things=changes.things,
    Times=values.times,
    Trouble=third_parties.trouble,
    Unreadable=operations.unreadable,
    Written=operations.written,
)


def before_all(context: Any) -> None:
    """Start the stack; trouble that somebody can mend is one sentence, and nothing is left running."""
    try:
        terminal.check(context._runner.features, context.config)
        chosen = settings.load(context.config.userdata, context.config.userdata_defines or ())
        if chosen.order == "random":
            order.shuffle(context._runner.features, chosen.seed)
        context.harness = Harness.start(chosen)
    except PlumblineError as trouble:
        print(f"plumbline: {trouble}", file=sys.stderr, flush=True)
        os._exit(2)  # behave would go on to print a hook error and "ABORTED: By user"
    context.add_cleanup(context.harness.stop)


def before_scenario(context: Any, scenario: Scenario) -> None:
    """Give the scenario a stack that looks as on its first day."""
    lack = context.harness.lacks(scenario.effective_tags)
    if lack:
        scenario.skip(lack)
    else:
        context.world = context.harness.begin()


def before_step(context: Any, step: Step) -> None:
    """Look at the database before the first When."""
    if step.step_type == "when" and "world" in context:
        context.harness.act_begins()


def after_step(context: Any, step: Step) -> None:
    """Keep what the step sent, read and caused."""
    run.attach(context.harness.evidence())


def after_scenario(context: Any, scenario: Scenario) -> None:
    """Name the scenario that leaves work behind."""
    if "world" in context:
        try:
            context.harness.end(failed=scenario.status.has_failed())
        finally:
            run.attach(context.harness.evidence())

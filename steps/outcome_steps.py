"""How an action ended: what the customer was told."""

from datetime import timedelta

from behave import then
from behave.runner import Context

from support.data.people import Person
from support.drivers.refusals import Refusal, Refused


@then("{person:Person} is refused because {refusal:Refusal}")
def is_refused(context: Context, person: Person, refusal: Refusal) -> None:
    """The latest action was turned down, for that reason and no other."""
    outcome = context.world.outcome
    assert isinstance(outcome, Refused) and outcome.code == refusal.code, (
        f"{person} should have been refused because {refusal.words}, but the answer was: {outcome}."
    )


@then("{person:Person} is asked to correct the {field:Field}")
def is_asked_to_correct(context: Context, person: Person, field: str) -> None:
    """The latest action was turned down because that one entry breaks a rule."""
    outcome = context.world.outcome
    assert isinstance(outcome, Refused) and outcome.fields == {field}, (
        f"{person} should have been asked to correct {field!r} alone, but the answer was: {outcome}."
    )


@then('{person:Person} is told "{words}"')
def is_told_words(context: Context, person: Person, words: str) -> None:
    """The sentence of the latest refusal holds these words."""
    outcome = context.world.outcome
    assert isinstance(outcome, Refused) and words in outcome.message, (
        f"{person} should have been told {words!r}, but the answer was: {outcome}."
    )


@then("{person:Person} is answered within {limit:Duration}")
def is_answered_within(context: Context, person: Person, limit: timedelta) -> None:
    """The latest action was answered in that time, as the person's clock on the wall tells it."""
    took = context.world.outcome.took
    assert took < limit.total_seconds(), (
        f"{person} should be answered within {limit}, but waited {took:.2f} s."
    )


@then("{person:Person} is told to try again in {wait:Duration}")
def is_told_to_try_again(context: Context, person: Person, wait: timedelta) -> None:
    """The latest refusal says when a new try makes sense, give or take five seconds."""
    told = context.world.outcome.retry_after
    assert told is not None and abs(timedelta(seconds=told) - wait) < timedelta(seconds=5), (
        f"{person} should have been told to try again in {wait}, but was told: {told} seconds."
    )


@then("{person:Person} is told within {limit:Duration} to try again later")
def is_told_in_time(context: Context, person: Person, limit: timedelta) -> None:
    """The latest refusal came within that time, and says when a new try makes sense."""
    outcome = context.world.outcome
    assert outcome.took < limit.total_seconds() and outcome.retry_after, (
        f"{person} should have been told within {limit} when to try again, but the answer took "
        f"{outcome.took:.2f} s and named {outcome.retry_after} seconds."
    )


@then("only one of them succeeds and the other is refused because {refusal:Refusal}")
@then("only one of them succeeds and the others are refused because {refusal:Refusal}")
def only_one_succeeds(context: Context, refusal: Refusal) -> None:
    """Of several actions at one moment one went through, all others were turned down for that reason."""
    outcomes = context.world.outcomes
    answers = sorted(outcome.code if isinstance(outcome, Refused) else "" for outcome in outcomes)
    assert answers == ["", *[refusal.code] * (len(outcomes) - 1)], (
        f"One of {len(outcomes)} should have succeeded and the rest be refused because {refusal.words}, but: "
        + "; ".join(map(str, outcomes))
    )


@then("{count:d} of them are refused because {refusal:Refusal}")
def so_many_are_refused(context: Context, count: int, refusal: Refusal) -> None:
    """Of several actions that many were turned down for that reason."""
    outcomes = context.world.outcomes
    answers = [outcome.code for outcome in outcomes if isinstance(outcome, Refused)]
    assert answers.count(refusal.code) == count, (
        f"{count} of {len(outcomes)} should have been refused because {refusal.words}, but: "
        + "; ".join(map(str, outcomes))
    )


@then("each of them is refused because {refusal:Refusal}")
def each_is_refused(context: Context, refusal: Refusal) -> None:
    """Every one of several actions was turned down, for that reason and no other."""
    outcomes = context.world.outcomes
    answers = {outcome.code if isinstance(outcome, Refused) else "" for outcome in outcomes}
    assert answers == {refusal.code}, (
        f"Each of {len(outcomes)} should have been refused because {refusal.words}, but: "
        + "; ".join(map(str, outcomes))
    )


@then("all of them get the same answer")
def all_get_the_same_answer(context: Context) -> None:
    """Nothing in the answers tells the people apart."""
    answers = {outcome.gist for outcome in context.world.outcomes}
    assert len(answers) == 1, f"The answers tell people apart: {'; '.join(map(str, answers))}."

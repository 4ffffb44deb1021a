"""A small suite for the formatters' tests: every way a scenario can end, and evidence with secrets."""

ENVIRONMENT = """\
from behave.formatter._registry import register_as
from support.evidence import run, terminal
from support.evidence.allure import PlumblineAllureFormatter
from support.evidence.recorder import Recorder
from support.errors import PlumblineError

terminal.take_over()
register_as("plumbline.allure", PlumblineAllureFormatter)


def before_all(context):
    terminal.check(context._runner.features, context.config)
    context.recorder = Recorder()
    run.describe(run.RunFacts(seed=4711, stack="embedded", versions={"PostgreSQL": "18.6"}))


def before_feature(context, feature):
    if "hook.feature" in feature.tags:
        raise RuntimeError("the stack is gone, password=hunter22")


def after_feature(context, feature):
    if "hook.late" in feature.tags:
        raise AssertionError("the feature left a mess")


def before_rule(context, rule):
    if "hook.rule" in rule.tags:
        raise RuntimeError("the rule cannot begin")


def before_tag(context, tag):
    if tag == "hook.tag":
        raise RuntimeError("the tag's fixture is missing")


def before_scenario(context, scenario):
    if "needs.clock" in scenario.effective_tags:
        scenario.skip("the embedded stack has no clock")
    if "hook.before" in scenario.tags:
        raise ConnectionError("could not reset with password=hunter22")


def before_step(context, step):
    if step.name == "its hook fails before":
        raise RuntimeError("before the step")


def after_step(context, step):
    run.attach(context.recorder.drain())
    if step.name == "its hook fails after":
        raise OSError("no space left")


def after_scenario(context, scenario):
    context.recorder.note("The app's log", "signed in with token=hunter22token")
    run.attach(context.recorder.drain())
    if "hook.after" in scenario.tags:
        raise AssertionError("this scenario left a transaction open")
    if "hook.cleanup" in scenario.tags:
        context.add_cleanup(lambda: 1 / 0)
"""

STEPS = """\
from behave import given, then, when


@given("a shop")
def a_shop(context):
    pass


@when("Ada registers")
def ada_registers(context):
    body = {"email": "ada@example.test", "password": "hunter22hunter", "cardToken": "tok_hunter22"}
    answer = {"userId": "u1", "token": "hunter22token"}
    headers = {"Authorization": "Bearer hunter22"}
    context.recorder.exchange("POST", "/auth/register", body, 201, answer, 12.3, headers)
    context.recorder.rows("users", [{"id": "u1", "password_hash": "$argon2id$v=19$hunter22"}])


@then("Ada has an account")
def ada_has_an_account(context):
    pass


@then("Ada was charged {amount}")
def ada_was_charged(context, amount):
    held = "password='hunter22' and 4242 4242 4242 4242"
    raise AssertionError(f"Ada should have been charged {amount}, but {held}")


@then("it breaks")
def it_breaks(context):
    try:
        {}["x"]
    except KeyError as cause:
        raise RuntimeError("could not read https://shop.test/x?token=hunter22token") from cause


@then("its hook fails before")
@then("its hook fails after")
def its_hook_fails(context):
    pass


@then("a bare check fails")
def a_bare_check_fails(context):
    assert 1 == 2


@then("the machine fails")
def the_machine_fails(context):
    raise ConnectionRefusedError("nobody listens on port 1")
"""

BEHAVE_INI = """\
[behave]
paths = features
default_format = support.evidence.console:ConsoleFormatter
format = plumbline.allure
outfiles = reports/allure-results
show_skipped = true
summary = false
show_snippets = false

[behave.formatters]
plumbline.allure = allure_behave.formatter:AllureFormatter
"""

SIGNING_UP = """\
@accounts @critical
Feature: Signing up
  A visitor becomes a customer.

  Why it matters
  - Revenue impact: high
  - Owner: Accounts team
  - Fails when (taken): the address is taken

  Background:
    Given a shop

  @smoke
  Scenario: Outside of a rule
    When Ada registers
    Then Ada has an account

  Rule: An address belongs to one account
    The rule in other words.

    Scenario: Inside of a rule
      In its own words.
      When Ada registers
      Then Ada has an account

    @failure @mode.taken
    Scenario: A check fails
      When Ada registers
      Then Ada was charged $40.00
      And Ada has an account

    Scenario: A step breaks
      Then it breaks

    Scenario: The machine is in trouble
      Then the machine fails

    Scenario: A step is unknown
      Given a shopp
      When Ada registers

    Scenario: A check without words
      Then a bare check fails

    Scenario Outline: Weak passwords
      When Ada registers
      Then Ada <ending>

      Examples: why
        | password | ending                 |
        | short    | has an account         |
        | long     | was charged $1.00      |

    @needs.clock
    Scenario: Time passes
      Then Ada has an account

    @hook.before
    Scenario: The hook before fails
      Then Ada has an account

    @hook.tag
    Scenario: The hook of a tag fails
      Then Ada has an account

    @hook.after
    Scenario: The hook after fails
      When Ada registers
      Then Ada has an account

    @hook.after
    Scenario: A check and the hook after fail
      Then Ada was charged $2.00

    @hook.cleanup
    Scenario: The clean-up fails
      Then Ada has an account

    Scenario: The hook before a step fails
      Then its hook fails before
      And Ada has an account

    Scenario: The hook after a step fails
      Then its hook fails after

  @hook.rule
  Rule: A rule that cannot begin

    Scenario: Kept out by its rule
      Then Ada has an account
"""

PAYING = """\
@payments @hook.late
Feature: Paying
  Scenario: Ada pays
    When Ada registers
    Then Ada has an account
"""

REFUNDS = """\
@payments @hook.feature
Feature: Refunds
  Scenario: Kept out by its feature
    When Ada registers
"""

FILES = {
    "environment.py": ENVIRONMENT,
    "behave.ini": BEHAVE_INI,
    "steps/some_steps.py": STEPS,
    "features/accounts/signing_up.feature": SIGNING_UP,
    "features/payments/paying.feature": PAYING,
    "features/payments/refunds.feature": REFUNDS,
}

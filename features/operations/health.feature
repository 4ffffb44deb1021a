@operations @critical
Feature: Health
  The shop says plainly how it is, and what it can do.

  Why it matters
  - Revenue impact: high, an outage that nobody hears of goes on
  - Failure cost: $2,000.00 per incident (assumption)
  - Frequency: 0.1 a day (assumption)
  - Owner: Platform team
  - Depends on: database, token store
  - Fails when (silent-outage): the shop says that it is well although it cannot work
  - Fails when (false-alarm): the shop says that it is not well although it can work

  @smoke
  Scenario: All is well
    Given Ada has an account
    When the shop is asked how it is
    Then the shop says that it is well

  Scenario: A partner looks up what the shop can do
    Given Ada has an account
    When a partner reads the manual of the shop
    Then the manual leaves nothing out

  Rule: Whatever is down is named, and nothing else

    @failure @mode.silent-outage @needs.faults
    Scenario: The database is down
      Given the database is down
      When the shop is asked how it is
      Then the shop says that only the database is down
      And it says so within 2 seconds

    @failure @mode.silent-outage @needs.faults
    Scenario: The database was killed
      Given the database is killed
      When the shop is asked how it is
      Then the shop says that only the database is down

    @failure @mode.silent-outage @needs.faults
    Scenario: The token store is down
      Given the token store is down
      When the shop is asked how it is
      Then the shop says that only the token store is down
      And it says so within 2 seconds

    @failure @mode.silent-outage @needs.faults
    Scenario: Both are down
      Given the database is down
      And the token store is down
      When the shop is asked how it is
      Then the shop says that database and token store are down

    @failure @mode.false-alarm @needs.faults
    Scenario: All is well again
      Given the token store is down
      And the database is killed and comes back
      And the token store is back
      When the shop is asked how it is
      Then the shop says that it is well

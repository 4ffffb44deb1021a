@operations @critical
Feature: Outages
  The shop says plainly that it is out of order, and works again by itself.

  Why it matters
  - Revenue impact: high, nothing is sold while the shop is out of order
  - Failure cost: $2,000.00 per incident (assumption)
  - Frequency: 0.1 a day (assumption)
  - Owner: Platform team
  - Depends on: database, token store
  - Fails when (silent-outage): the shop says that it is well although it cannot work
  - Fails when (hanging): customers wait for an answer that never comes
  - Fails when (stays-down): the shop does not work again until somebody starts it anew

  Background:
    Given Ada has an account

  Rule: The shop says how it is

    @smoke
    Scenario: All is well
      When the shop is asked how it is
      Then the shop says that it is well

    @failure @mode.silent-outage @needs.faults
    Scenario: The database is down
      Given the database is down
      When the shop is asked how it is
      Then the shop says that only the database is down

    @failure @mode.silent-outage @needs.faults
    Scenario: The token store is down
      Given the token store is down
      When the shop is asked how it is
      Then the shop says that only the token store is down

    @failure @mode.stays-down @needs.faults
    Scenario: All is well again
      Given the database is down
      And the token store is down
      And the database is back
      And the token store is back
      When the shop is asked how it is
      Then the shop says that it is well

    Scenario: A partner looks up what the shop can do
      When a partner reads the manual of the shop
      Then the manual leaves nothing out

  Rule: A customer is told soon, and can go on when it is over

    @failure @mode.hanging @needs.faults
    Scenario: Ada logs in while the database is down
      Given the database is down
      When Ada logs in
      Then Ada is refused because the shop is out of order
      And Ada is told within 2 seconds to try again later

    @failure @mode.hanging @needs.faults
    Scenario: Ada works while the database is down
      Given Ada is logged in
      And the database is down
      When Ada opens the project "Analytical Engine"
      Then Ada is refused because the shop is out of order
      And Ada is told within 2 seconds to try again later

    @failure @mode.hanging @needs.faults
    Scenario: Linus signs up while the token store is down
      Given the token store is down
      When Linus signs up
      Then Linus is refused because the shop is out of order
      And Linus is told within 2 seconds to try again later

    @failure @mode.hanging @needs.faults @needs.mocks
    Scenario: Linus confirms the address while the token store is down
      Given Linus has signed up
      And the token store is down
      When Linus confirms the address through the link
      Then Linus is refused because the shop is out of order
      And Linus has an account that waits for confirmation

    @failure @mode.stays-down @needs.faults
    Scenario: Ada works on when the database is back
      Given Ada is logged in
      And the database is down
      When the database is back
      Then Ada's session goes on

    @failure @mode.stays-down @needs.faults
    Scenario: Linus signs up when the database is back
      Given the database is down
      And Linus has tried to sign up
      And the database is back
      When Linus signs up
      Then Linus has an account that waits for confirmation
      And one confirmation link is kept for 24 hours

    @failure @mode.stays-down @needs.faults
    Scenario: Ada logs in when the token store is back
      Given the token store is down
      And the token store is back
      When Ada logs in
      Then Ada is logged in

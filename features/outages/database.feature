@outages @critical
Feature: The database fails
  While its database is gone the shop says that it is out of order; nothing is lost or half done, and it works
  again by itself.

  Why it matters
  - Revenue impact: high, nothing is sold while the shop is out of order, and what it forgets is gone
  - Failure cost: $2,000.00 per incident (assumption)
  - Frequency: 0.1 a day (assumption)
  - Owner: Platform team
  - Depends on: database
  - Fails when (hanging): customers wait for an answer that never comes
  - Fails when (stays-down): the shop does not work again until somebody starts it anew
  - Fails when (forgotten): what a customer was promised is gone when the database is back
  - Fails when (half-done): a part of what was under way stays, and the rest is missing
  - Fails when (charged-for-nothing): a card is charged and the customer has nothing for it

  Background:
    Given Ada has an account

  Rule: A customer is told soon, and can go on when it is over

    Scenario: Ada works while the database is up
      Given Ada is logged in
      When Ada opens the project "Analytical Engine"
      Then Ada owns the project "Analytical Engine"

    @failure @mode.hanging @needs.faults
    Scenario: Ada logs in while the database is down
      Given the database is down
      When Ada logs in
      Then Ada is refused because the shop is out of order
      And Ada is told within 2 seconds to try again later

    @failure @mode.hanging @needs.faults
    Scenario: Ada works when the database was killed
      Given Ada is logged in
      And the database is killed
      When Ada opens the project "Analytical Engine"
      Then Ada is refused because the shop is out of order
      And Ada is told within 2 seconds to try again later

    @failure @mode.stays-down @needs.faults
    Scenario: Ada works on when the database is back
      Given Ada is logged in
      And the database is down
      When the database is back
      Then Ada's session goes on

    @failure @mode.stays-down @needs.faults
    Scenario: All connections are lost while nobody does anything
      Given Ada is logged in
      And the database hangs up
      When Ada opens the project "Analytical Engine"
      Then Ada owns the project "Analytical Engine"

  Rule: What was promised is kept

    @failure @mode.forgotten @needs.faults @needs.mocks
    Scenario: The database is killed right after Ada has paid
      Given Ada has paid $40.00
      And the database is killed
      When the database is back
      Then Ada has paid $40.00 once
      And Ada's session goes on

    @failure @mode.forgotten @needs.faults @needs.mocks @needs.clock
    Scenario: The database is killed while an e-mail waits
      Given the e-mail provider is down
      And Linus has tried to sign up
      And the database is killed and comes back
      And the e-mail provider is well again
      When 61 seconds pass
      Then Linus is sent the "confirm your address" e-mail once

    @failure @mode.forgotten @needs.faults @needs.mocks
    Scenario: The connection is lost while an e-mail is sent
      Given the database hangs up while the e-mail provider takes the message
      When Linus signs up
      Then Linus is sent the "confirm your address" e-mail

  Rule: What is cut off in the middle is not done at all

    @failure @mode.half-done @needs.faults
    Scenario: The connection is lost in the middle of opening a project
      Given the database hangs up as soon as the shop writes down a project
      When Ada opens the project "Analytical Engine"
      Then Ada is refused because the shop is out of order
      And Ada owns no project
      And Ada's session goes on

    @failure @mode.half-done @needs.faults
    Scenario: The connection is lost in the middle of signing up
      Given the database hangs up as soon as the shop writes down an account
      When Linus signs up
      Then Linus is refused because the shop is out of order
      And Linus has no account
      And no e-mail is on its way to Linus

  Rule: Nobody is charged for nothing

    @failure @mode.charged-for-nothing @needs.faults @needs.mocks @needs.clock
    Scenario: The connection is lost between the charge and the books
      Given the database hangs up as soon as the shop writes down a payment
      When Ada pays $40.00
      Then the shop finds out that Ada has paid $40.00 once
      And the payment provider is asked for money once

    @failure @mode.charged-for-nothing @needs.faults @needs.mocks @needs.clock
    Scenario Outline: The database fails while the payment provider takes the money
      Given <outage> while the payment provider takes the money and then falls silent
      And Ada has tried to pay $40.00
      And the database is back
      When the payment provider is well again
      Then the shop finds out that Ada has paid $40.00 once
      And the payment provider is asked for money once

      Examples:
        | outage                 | why                                        |
        | the database is killed | it could not even write down what it knew  |
        | the database hangs up  | only the shop's connections are lost       |

    @failure @mode.charged-for-nothing @needs.faults @needs.mocks @needs.clock
    Scenario: The database is killed while Ada subscribes
      Given the database is killed while the payment provider takes the money and then falls silent
      And Ada has tried to subscribe to the basic plan
      And the database is back
      When the payment provider is well again
      Then Ada's subscription to the basic plan becomes active
      And Ada has paid $29.99 for subscribing

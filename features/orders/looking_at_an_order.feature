@orders @needs.mocks
Feature: Looking at an order
  Customers follow their own orders; nobody but the shop's people sees them as well.

  Why it matters
  - Revenue impact: low, but whoever sees no order calls the support
  - Failure cost: $15.00 per incident (assumption)
  - Frequency: 400 a day (assumption)
  - Owner: Orders team
  - Depends on: database
  - Fails when (stranger): somebody sees what another customer has ordered
  - Fails when (made-up): an order is shown that does not exist

  Background:
    Given Ada is a customer who has bought 2 lamps and a desk
    And Linus and Grace have accounts

  Rule: Owner and admin see the order as it is

    Scenario: Ada looks at the order
      When Ada looks at the order
      Then Ada is shown an order for 2 lamps and a desk over $330.50 that is confirmed

    Scenario: Ada follows the order
      Given Grace has marked Ada's order as shipped
      When Ada looks at the order
      Then Ada is shown an order for 2 lamps and a desk over $330.50 that is shipped
      And Ada is shown the tracking number

    Scenario: An admin looks at Ada's order
      When Grace looks at Ada's order
      Then Grace is shown an order for 2 lamps and a desk over $330.50 that is confirmed

  Rule: Nobody else sees it

    @failure @mode.stranger
    Scenario: Somebody else's order
      When Linus looks at Ada's order
      Then Linus is refused because there is no such thing

    @failure @mode.stranger
    Scenario: Nobody is logged in
      Given Ada is logged out
      When Ada looks at the order
      Then Ada is refused because nobody is logged in

    @failure @mode.made-up
    Scenario: An order that does not exist
      When Grace looks at Linus's order
      Then Grace is refused because there is no such thing

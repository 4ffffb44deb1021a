@orders @critical @needs.mocks
Feature: Bringing an order to the customer
  The shop's people pack, ship and deliver an order, one step after the other, and it stays on record who did
  what.

  Why it matters
  - Revenue impact: medium, goods that are lost on the way are paid twice
  - Failure cost: $45.00 per incident (assumption)
  - Frequency: 180 a day (assumption)
  - Owner: Fulfilment team
  - Depends on: orders, database
  - Fails when (step-skipped): an order is shipped that was never packed, or goes back
  - Fails when (no-trace): nobody can tell who did what, or something is on record that was never done
  - Fails when (untraceable): goods are shipped and nobody can follow them
  - Fails when (stranger): somebody who may not moves an order

  Background:
    Given Ada is a customer who has bought 2 lamps
    And Grace has an account

  Rule: One step after the other, each on record

    @smoke
    Scenario: The order is packed
      When Grace marks Ada's order as packed
      Then Grace is told that the order is packed
      And the history of Ada's order names Grace for each step up to packed
      And nothing has changed but the orders and the order histories

    Scenario: The order is delivered
      Given Grace has marked Ada's order as shipped
      When Grace marks Ada's order as delivered
      Then Grace is told that the order is delivered
      And the history of Ada's order names Grace for each step up to delivered

    @failure @mode.no-trace
    Scenario: Two people pack it at the same moment
      When Grace marks Ada's order as packed twice at the same moment
      Then only one of them succeeds and the other is refused because the order cannot take that step
      And the history of Ada's order names Grace for each step up to packed

  Rule: No step is left out, and none is taken back

    @failure @mode.step-skipped
    Scenario Outline: A step that cannot be taken
      Given Grace has marked Ada's order as <before>
      When Grace marks Ada's order as <stage>
      Then Grace is refused because the order cannot take that step
      And nothing has changed

      Examples:
        | before    | stage     | why                   |
        | confirmed | shipped   | it was never packed   |
        | packed    | delivered | it was never shipped  |
        | packed    | packed    | it is already         |
        | shipped   | packed    | it has left the house |

    @failure @mode.step-skipped
    Scenario: A cancelled order is not packed
      Given Ada has cancelled the order
      When Grace marks Ada's order as packed
      Then Grace is refused because the order cannot take that step
      And nothing has changed

  Rule: What is shipped can be followed

    @failure @mode.untraceable
    Scenario: Shipping without a tracking number
      Given Grace has marked Ada's order as packed
      When Grace marks Ada's order as shipped without a tracking number
      Then Grace is refused because the input breaks a rule
      And nothing has changed

    @failure @mode.step-skipped
    Scenario: Shipping too early is said first
      When Grace marks Ada's order as shipped without a tracking number
      Then Grace is refused because the order cannot take that step
      And nothing has changed

  Rule: Only the shop's people move orders

    @failure @mode.stranger
    Scenario: Ada packs the order herself
      When Ada marks Ada's order as packed
      Then Ada is refused because only an admin may do that
      And nothing has changed

    @failure @mode.no-trace
    Scenario: An order that does not exist
      When Grace marks Linus's order as packed
      Then Grace is refused because there is no such thing
      And nothing has changed

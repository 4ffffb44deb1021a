@orders @critical @needs.mocks
Feature: Cancelling an order
  A customer can withdraw an order until it is shipped, and gets the money back.

  Why it matters
  - Revenue impact: medium, refunds and support time
  - Failure cost: $40.00 per incident (assumption)
  - Frequency: 20 a day (assumption)
  - Owner: Orders team
  - Depends on: payment provider, orders, products
  - Fails when (too-late): money goes back for goods that are on their way
  - Fails when (refunded-twice): the money is given back twice
  - Fails when (not-refunded): the order is cancelled and the customer never gets the money
  - Fails when (stranger): somebody cancels another customer's order

  Background:
    Given Ada is a customer who has bought 2 lamps

  Rule: Until it is shipped, an order can be withdrawn

    @smoke
    Scenario: Ada cancels the order
      When Ada cancels the order
      Then Ada is told that the order is cancelled and $80.00 is given back
      And Ada's order is cancelled and $80.00 is given back
      And the shop has 2 lamps left
      And Ada is sent the "order cancelled" e-mail once

    Scenario: Ada cancels an order that is packed
      Given Grace has marked Ada's order as packed
      When Ada cancels the order
      Then Ada's order is cancelled and $80.00 is given back

    Scenario: Nothing else comes of it
      When Ada cancels the order
      Then nothing has changed but the goods, the orders, the order histories, the payments, the refunds and the messages

    @failure @mode.too-late
    Scenario: The order has left the house
      Given Grace has marked Ada's order as shipped
      When Ada cancels the order
      Then Ada is refused because it is already shipped
      And nothing has changed

    @failure @mode.too-late
    Scenario: Ada cancels while the order is being shipped
      Given Grace has marked Ada's order as packed
      When Ada cancels the order at the same moment as Grace marks it as shipped
      Then Ada's order is either cancelled or shipped, but not both

  Rule: The money goes back once

    @failure @mode.refunded-twice
    Scenario: The order is cancelled already
      Given Ada has cancelled the order
      When Ada cancels the order
      Then Ada is refused because it is already cancelled
      And nothing has changed

    @failure @mode.refunded-twice
    Scenario: Ada cancels twice at the same moment
      When Ada cancels the order twice at the same moment
      Then only one of them succeeds and the other is refused because it is already cancelled
      And Ada's order is cancelled and $80.00 is given back

    @failure @mode.refunded-twice
    Scenario Outline: Ada cancels again after trouble
      Given Ada has tried to cancel the order while the payment provider <trouble>
      When Ada cancels the order
      Then Ada is told that the order is cancelled and $80.00 is given back
      And Ada's order is cancelled and $80.00 is given back

      Examples:
        | trouble                 | why                                 |
        | has a fault             | it says that it did not do its work |
        | hangs up after the work | it had given the money back already |

    @failure @mode.refunded-twice @needs.faults
    Scenario: The database goes down after the money was given back
      Given Ada has tried to cancel the order just as the database went down
      When Ada cancels the order
      Then Ada is told that the order is cancelled and $80.00 is given back
      And Ada's order is cancelled and $80.00 is given back

  Rule: Without the money given back the order stays as it was

    @failure @mode.not-refunded
    Scenario: The payment provider refuses
      Given the payment provider refuses refunds
      When Ada cancels the order
      Then Ada is refused because the payment provider refuses the refund
      And Ada has bought 2 lamps for $80.00
      And Ada is sent no "order cancelled" e-mail

    @failure @mode.not-refunded
    Scenario: The payment provider is down
      Given the payment provider is down
      When Ada cancels the order
      Then Ada is refused because the payment provider cannot be reached
      And Ada has bought 2 lamps for $80.00
      And Ada is sent no "order cancelled" e-mail

  Rule: An order is the customer's own

    @failure @mode.stranger
    Scenario: Somebody else's order
      Given Linus has an account
      When Linus cancels Ada's order
      Then Linus is refused because there is no such thing
      And nothing has changed

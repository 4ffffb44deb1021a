@orders @critical @needs.mocks
Feature: Paying for an order
  An order goes ahead when it is paid. Until that is known its goods are held; when it is not paid they are
  back on sale, and the customer owes nothing.

  Why it matters
  - Revenue impact: high, money without goods or goods without money
  - Failure cost: $120.00 per incident (assumption)
  - Frequency: 15 a day (assumption)
  - Owner: Orders team
  - Depends on: payment provider, products, database
  - Fails when (stock-lost): goods of an order that was not paid are never sold again
  - Fails when (ghost-order): an order that was not paid is left, and goes ahead
  - Fails when (charged-for-nothing): the card was charged, and there is no order for it
  - Fails when (sold-twice): goods that are held for one customer are sold to another
  - Fails when (gives-up): one hiccup of the payment provider loses the sale

  Background:
    Given Ada is a customer of a shop that has 5 lamps

  Rule: What is not paid leaves nothing but its failed attempt

    @failure @mode.ghost-order
    Scenario: The bank says no
      When Ada orders 2 lamps with an empty card
      Then Ada is refused because the card is declined
      And Ada is told the bank's reason "insufficient funds"
      And Ada's failed attempt is kept with the reason "insufficient funds"
      And Ada has bought nothing

    Scenario: Ada orders again with another card
      Given Ada has tried to order 5 lamps with an empty card
      When Ada orders 5 lamps with another valid card
      Then Ada has bought 5 lamps for $200.00
      And Ada has one failed attempt to pay

    @failure @mode.stock-lost
    Scenario Outline: The payment provider is in trouble
      Given the payment provider <trouble>
      When Ada orders 2 lamps
      Then Ada is refused because the payment provider <words>
      And Ada has one failed attempt to pay
      And Ada has bought nothing

      Examples:
        | trouble     | words             | why                                 |
        | has a fault | has a fault       | it says that it did not do its work |
        | is down     | cannot be reached | nobody was there to do the work     |

    @failure @mode.gives-up
    Scenario: One fault, then all is well
      Given the payment provider has a fault once
      When Ada orders 2 lamps
      Then Ada has bought 2 lamps for $80.00
      And the payment provider is given one key for all tries of Ada

  Rule: Until it is known whether it is paid, the goods are held

    @failure @mode.sold-twice
    Scenario: The payment provider does not answer
      Given the payment provider does not answer
      When Ada orders 2 lamps
      Then Ada is refused because the payment provider did not answer
      And Ada waits no longer than half a second beyond the time-out
      And Ada's order for 2 lamps waits for its payment
      And the shop has 3 lamps left

    @failure @mode.ghost-order
    Scenario: Nobody packs it meanwhile
      Given Grace has an account
      And Ada has tried to order 2 lamps while the payment provider does not answer
      When Grace marks Ada's order as packed
      Then Grace is refused because the order cannot take that step
      And Ada's order for 2 lamps waits for its payment

    @failure @mode.stock-lost
    Scenario: Ada cannot cancel it meanwhile
      Given Ada has tried to order 2 lamps while the payment provider does not answer
      When Ada cancels the order
      Then Ada is refused because its payment is still open
      And Ada's order for 2 lamps waits for its payment

  Rule: What was paid is confirmed, whoever tells the shop

    @smoke @failure @mode.charged-for-nothing @needs.clock
    Scenario: The shop asks, and the money was taken
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to order 2 lamps
      When the payment provider is well again
      Then the shop finds out that Ada has bought 2 lamps for $80.00
      And the payment provider is asked for money once

    @failure @mode.charged-for-nothing
    Scenario: The payment provider reports it first
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to order 2 lamps
      When the payment provider reports that Ada's money was taken
      Then the report is accepted
      And Ada has bought 2 lamps for $80.00

    @failure @mode.charged-for-nothing @needs.clock @needs.faults
    Scenario: The database goes down after the money was taken
      Given Ada has tried to order 2 lamps just as the database went down
      When the payment provider is well again
      Then the shop finds out that Ada has bought 2 lamps for $80.00
      And the payment provider is asked for money once

  Rule: What was not paid is given up, and its goods are back on sale

    @failure @mode.ghost-order @needs.clock
    Scenario: The shop asks, and the bank had said no
      Given the payment provider says no but its answer never arrives
      And Ada has tried to order 2 lamps with an empty card
      When the payment provider is well again
      Then the shop gives up Ada's order
      And the shop has 5 lamps left

    @failure @mode.stock-lost @needs.clock
    Scenario: The payment provider never heard of it
      Given Ada has tried to order 2 lamps while the payment provider does not answer
      When 61 seconds pass
      Then the shop gives up Ada's order
      And the shop has 5 lamps left
      And no e-mail is on its way to Ada

    @failure @mode.gives-up @needs.clock
    Scenario: Ada sends the order again after the shop has given it up
      Given Ada's payment for 2 lamps never arrived, and the shop gave the order up
      When Ada sends the same order again
      Then Ada is told that the order over $80.00 is confirmed
      And Ada has bought 2 lamps for $80.00
      And the payment provider is given one key for all tries of Ada

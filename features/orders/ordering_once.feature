@orders @critical @needs.mocks
Feature: Ordering once
  A customer who presses the button twice, or whose phone tries again by itself, gets one order and pays once.

  Why it matters
  - Revenue impact: high, a double order costs the way there and back, the refund and the customer
  - Failure cost: $90.00 per incident (assumption)
  - Frequency: 30 a day (assumption)
  - Owner: Orders team
  - Depends on: payment provider, products, database
  - Fails when (ordered-twice): one order is made, or charged, twice
  - Fails when (answers-differ): the second try is told something else than the first
  - Fails when (wrong-order): another order is answered with this one
  - Fails when (locked-out): a try that came to nothing keeps the customer from trying again

  Background:
    Given Ada is a customer of a shop that has 5 lamps

  Rule: The same order sent again is answered as before

    @smoke @failure @mode.ordered-twice
    Scenario: Ada presses the button twice
      When Ada sends one order for 2 lamps twice at the same moment
      Then both are told of the same order
      And Ada has bought 2 lamps for $80.00
      And the shop has 3 lamps left

    @failure @mode.answers-differ
    Scenario: Ada sends an order again that went through
      Given Ada has bought 2 lamps
      When Ada sends the same order again
      Then Ada is given the very same answer again
      And Ada has bought 2 lamps for $80.00
      And the shop has 3 lamps left

    @failure @mode.answers-differ
    Scenario: Ada sends an order again that was declined
      Given Ada has tried to order 2 lamps with an empty card
      When Ada sends the same order again
      Then Ada is given the very same answer again
      And the payment provider is asked for money once
      And Ada has bought nothing

    @failure @mode.answers-differ
    Scenario: There was not enough in stock, and now there is
      Given Ada has tried to order 6 lamps
      And the shop has got 5 lamps more
      When Ada sends the same order again
      Then Ada is given the very same answer again
      And the payment provider hears nothing of it
      And Ada has bought nothing

  Rule: A key belongs to one order

    @failure @mode.wrong-order
    Scenario: Other goods under the same key
      Given Ada has bought 2 lamps
      When Ada sends the same order again, but for 3 lamps
      Then Ada is refused because that key belongs to another payment
      And Ada has bought 2 lamps for $80.00

  Rule: A try that came to nothing frees the key

    @failure @mode.locked-out
    Scenario: The quantity was wrong at first
      Given Ada has tried to order 0 lamps
      When Ada sends the same order again, but for 2 lamps
      Then Ada has bought 2 lamps for $80.00

    @failure @mode.locked-out
    Scenario Outline: The payment provider was in trouble at first
      Given Ada has tried to order 2 lamps while the payment provider <trouble>
      When Ada sends the same order again
      Then Ada has bought 2 lamps for $80.00
      And Ada has no failed attempt to pay
      And the payment provider is given one key for all tries of Ada

      Examples:
        | trouble     | why                                 |
        | has a fault | it says that it did not do its work |
        | is down     | nobody was there to do the work     |

    @failure @mode.ordered-twice
    Scenario: Nobody knows yet what became of the first try
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to order 2 lamps
      When Ada sends the same order again
      Then Ada is refused because the payment is still in progress
      And Ada's order for 2 lamps waits for its payment

@payments @critical @needs.mocks
Feature: Paying once
  A customer who presses the button twice, or whose phone tries again by itself, pays once.

  Why it matters
  - Revenue impact: high, a double charge costs the refund, the fee and the customer
  - Failure cost: $90.00 per incident (assumption)
  - Frequency: 40 a day (assumption)
  - Owner: Payments team
  - Depends on: payment provider, database
  - Fails when (charged-twice): one purchase is charged twice
  - Fails when (answers-differ): the second try is told something else than the first
  - Fails when (wrong-purchase): another purchase is answered with the payment of this one
  - Fails when (locked-out): a try that came to nothing keeps the customer from trying again

  Background:
    Given Ada has an account

  Rule: The same payment sent again is answered as before

    @failure @mode.answers-differ
    Scenario: Ada sends a payment again that went through
      Given Ada has paid $40.00
      When Ada sends the same payment again
      Then Ada is given the very same answer again
      And the payment provider is asked for money once
      And Ada has paid $40.00 once

    @failure @mode.charged-twice
    Scenario: Ada sends a payment again under the key which the shop had made
      Given Ada has paid $40.00 without a key
      When Ada sends the same payment again
      Then Ada is given the very same answer again
      And Ada has paid $40.00 once

    @failure @mode.answers-differ
    Scenario: Ada sends a payment again that was declined
      Given Ada has tried to pay $40.00 with an empty card
      When Ada sends the same payment again
      Then Ada is given the very same answer again
      And the payment provider is asked for money once
      And Ada has one failed attempt to pay

    @failure @mode.charged-twice
    Scenario: Ada presses the button twice
      When Ada sends one payment of $40.00 twice at the same moment
      Then both are told of the same payment
      And Ada has paid $40.00 once

  Rule: A key belongs to one customer and one payment

    @failure @mode.wrong-purchase
    Scenario: Another amount under the same key
      Given Ada has paid $40.00
      When Ada sends the same payment again, but over $55.00
      Then Ada is refused because that key belongs to another payment
      And the payment provider is asked for money once
      And Ada has paid $40.00 once

    @failure @mode.wrong-purchase
    Scenario: Another card under the key of a declined one
      Given Ada has tried to pay $40.00 with an empty card
      When Ada sends the same payment again, but with a valid card
      Then Ada is refused because that key belongs to another payment
      And Ada has paid nothing

    @failure @mode.wrong-purchase
    Scenario: Two customers happen to use the same key
      Given Linus has an account
      And Ada has paid $40.00
      When Linus pays $40.00 under the key that Ada used
      Then Linus has paid $40.00 once
      And Ada has paid $40.00 once

  Rule: A key is remembered for 24 hours

    @failure @mode.charged-twice @needs.clock
    Scenario: Just before 24 hours are over
      Given Ada has paid $40.00
      And 23 hours and 59 minutes pass
      When Ada sends the same payment again
      Then Ada is given the very same answer again
      And Ada has paid $40.00 once

    @needs.clock
    Scenario: After 24 hours the same key is a new payment
      Given Ada has paid $40.00
      And 24 hours and 1 second pass
      When Ada sends the same payment again
      Then Ada has paid $40.00 twice

  Rule: A try that came to nothing frees the key

    @failure @mode.locked-out
    Scenario: The amount was wrong at first
      Given Ada has tried to pay $0.00
      When Ada sends the same payment again, but over $40.00
      Then Ada has paid $40.00 once

    @failure @mode.locked-out
    Scenario Outline: The payment provider was in trouble at first
      Given Ada has tried to pay $40.00 while the payment provider <trouble>
      When Ada sends the same payment again
      Then Ada has paid $40.00 once
      And Ada has no failed attempt to pay
      And the payment provider is given one key for all tries of Ada

      Examples:
        | trouble     | why                                 |
        | has a fault | it says that it did not do its work |
        | is down     | nobody was there to do the work     |

    @failure @mode.charged-twice
    Scenario: Nobody knows yet what became of the first try
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to pay $40.00
      When Ada sends the same payment again
      Then Ada is refused because the payment is still in progress
      And the payment provider is asked for money once

    @failure @mode.answers-differ
    Scenario: Whoever has to wait is told how long
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to pay $40.00
      When Ada sends the same payment again
      Then Ada is told within 2 seconds to try again later

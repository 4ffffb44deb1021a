@payments @critical @needs.mocks @needs.clock
Feature: Settling unknown payments
  When nobody knows whether a card was charged, the shop asks the payment provider until it knows, and puts
  its books right by itself.

  Why it matters
  - Revenue impact: high, money taken without a sale, or a sale without money
  - Failure cost: $120.00 per incident (assumption)
  - Frequency: 5 a day (assumption)
  - Owner: Payments team
  - Depends on: payment provider, database
  - Fails when (money-lost): the card was charged and the shop never learns so
  - Fails when (paid-anyway): a payment is in the books that the payment provider never made
  - Fails when (given-up-early): the payment provider takes the money after the shop has given up on it
  - Fails when (settled-twice): one charge ends up as two payments
  - Fails when (locked-out): the customer can never try again

  Background:
    Given Ada has an account

  Rule: What the payment provider did counts

    @smoke @failure @mode.money-lost
    Scenario: The money was taken
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to pay $40.00
      When the payment provider is well again
      Then the shop finds out that Ada has paid $40.00 once
      And the payment provider is asked for money once

    @failure @mode.paid-anyway
    Scenario: The card was declined
      Given the payment provider says no but its answer never arrives
      And Ada has tried to pay $40.00 with an empty card
      When the payment provider is well again
      Then the shop finds out that Ada has paid nothing
      And Ada has one failed attempt to pay

    @failure @mode.money-lost
    Scenario: The payment provider stays silent for a while
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to pay $40.00
      And 10 minutes pass
      When the payment provider is well again
      Then the shop finds out that Ada has paid $40.00 once

    @failure @mode.money-lost
    Scenario: Ada sends the payment again once it is settled
      Given Ada has tried to pay $40.00 while the payment provider takes the money but its answer never arrives
      And the shop has found out that Ada has paid $40.00 once
      When Ada sends the same payment again
      Then Ada is told that $40.00 is paid
      And the payment provider is asked for money once

    @failure @mode.money-lost @needs.faults
    Scenario: The database goes down while the payment provider takes the money
      Given the database goes down while the payment provider takes the money and then falls silent
      And Ada has tried to pay $40.00
      And the database is back
      When the payment provider is well again
      Then the shop finds out that Ada has paid $40.00 once

    @failure @mode.settled-twice @needs.faults
    Scenario: Ada sends the payment again when the database is back
      Given the database goes down while the payment provider takes the money and then falls silent
      And Ada has tried to pay $40.00
      And the database is back
      When Ada sends the same payment again
      Then Ada is refused because the payment is still in progress

  Rule: What never reached the payment provider is given up after a minute

    @failure @mode.paid-anyway
    Scenario: The payment provider never got the payment
      Given Ada has tried to pay $40.00 while the payment provider does not answer
      When 61 seconds pass
      Then the shop finds out that Ada has paid nothing
      And Ada has one failed attempt to pay

    @failure @mode.given-up-early
    Scenario: Not before the minute is over
      Given Ada has tried to pay $40.00 while the payment provider does not answer
      When 50 seconds pass
      Then the shop keeps asking in vain what became of Ada's payment
      And Ada has one unknown attempt to pay

    @failure @mode.locked-out
    Scenario: Ada sends the payment again after the shop has given it up
      Given Ada's payment of $40.00 never arrived, and the shop gave it up
      When Ada sends the same payment again
      Then Ada is told that $40.00 is paid
      And Ada has paid $40.00 once
      And the payment provider is given one key for all tries of Ada

  Rule: A payment is settled once, whoever learns of it first

    @failure @mode.settled-twice @needs.replicas
    Scenario: Two copies of the shop look into it
      Given a second copy of the shop is running
      And the payment provider takes the money but its answer never arrives
      And Ada has tried to pay $40.00
      When the payment provider is well again
      Then the shop finds out that Ada has paid $40.00 once

    @failure @mode.settled-twice
    Scenario: The payment provider reports the charge before the shop finds out
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to pay $40.00
      When the payment provider reports that Ada's money was taken
      Then the report is accepted
      And Ada has paid $40.00 once

    @failure @mode.settled-twice
    Scenario: The payment provider reports the charge after the shop has found out
      Given Ada has tried to pay $40.00 while the payment provider takes the money but its answer never arrives
      And the shop has found out that Ada has paid $40.00 once
      When the payment provider reports that Ada's money was taken
      Then the report is accepted
      And Ada has paid $40.00 once

    @failure @mode.settled-twice
    Scenario: The payment provider reports the refund before the shop knows of the charge
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to pay $40.00
      And the payment provider has reported that Ada got back $40.00
      When a report arrives, made 1 minute before, that Ada's money was taken
      Then Ada has got back $40.00 of $40.00

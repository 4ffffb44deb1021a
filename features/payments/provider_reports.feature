@payments @critical @needs.mocks
Feature: Reports of the payment provider
  The payment provider reports by itself what happened to the money: refunds made by hand, disputes, late
  charges. The shop believes what is genuine, once, and in the right order.

  Why it matters
  - Revenue impact: medium, wrong books and missed disputes
  - Failure cost: $150.00 per incident (assumption)
  - Frequency: 30 a day (assumption)
  - Owner: Payments team
  - Depends on: payment provider
  - Fails when (forged): somebody outside makes the shop believe that money went back
  - Fails when (replayed): an old report is played again by somebody who recorded it
  - Fails when (counted-twice): one report is counted twice
  - Fails when (out-of-order): a report that was late on its way undoes a newer one
  - Fails when (choked): a report nobody foresaw makes the payment provider stop reporting

  Background:
    Given Ada is a customer who has paid $40.00

  Rule: What the payment provider reports ends up in the books

    Scenario: All was given back by hand
      When the payment provider reports that Ada got back $40.00
      Then the report is accepted
      And Ada has got back $40.00 of $40.00

    Scenario: A part was given back by hand
      When the payment provider reports that Ada got back $15.00
      Then the report is accepted
      And Ada has got back $15.00 of $40.00

    Scenario: The bank disputes the payment
      When the payment provider reports that Ada's bank disputes the payment
      Then the report is accepted
      And Ada's payment counts as disputed

  Rule: Only a genuine and fresh report is believed

    @failure @mode.forged
    Scenario: A forged report
      When somebody forges the report that Ada got back $40.00
      Then the report is refused because the signature is wrong
      And Ada has got back $0.00 of $40.00
      And nothing has changed

    @failure @mode.forged
    Scenario: A report without a signature
      When somebody sends without a signature the report that Ada got back $40.00
      Then the report is refused because the signature is wrong
      And Ada has got back $0.00 of $40.00
      And nothing has changed

    @failure @mode.forged
    Scenario: A genuine signature under a report that was altered
      When somebody puts $40.00 into the report that Ada got back $4.00
      Then the report is refused because the signature is wrong
      And Ada has got back $0.00 of $40.00
      And nothing has changed

    @failure @mode.replayed
    Scenario: A report older than five minutes
      When a report arrives, signed 5 minutes and 1 second ago, that Ada got back $40.00
      Then the report is refused because the signature is too old
      And the shop's books say that Ada has got back nothing of $40.00

    Scenario: A report of not quite five minutes
      When a report arrives, signed 4 minutes and 59 seconds ago, that Ada got back $40.00
      Then the report is accepted
      And Ada has got back $40.00 of $40.00

  Rule: A report counts once

    @failure @mode.counted-twice
    Scenario: The same report twice
      Given the payment provider has reported that Ada got back $15.00
      When the payment provider repeats its report
      Then the report is accepted
      And Ada has got back $15.00 of $40.00
      And the report is kept once

    @failure @mode.counted-twice
    Scenario: The same report twice at the same moment
      When the payment provider reports twice at the same moment that Ada got back $15.00
      Then both reports are accepted
      And Ada has got back $15.00 of $40.00
      And the report is kept once

    @failure @mode.counted-twice
    Scenario: A report of what the shop did itself
      Given Ada has got $15.00 back
      When the payment provider reports that Ada got back $15.00
      Then the report is accepted
      And Ada has got back $15.00 of $40.00

    @failure @mode.counted-twice
    Scenario: The rest is given back by hand
      Given Ada has got $15.00 back
      When the payment provider reports that Ada got back $40.00
      Then the report is accepted
      And Ada has got back $40.00 of $40.00

  Rule: The newest report counts, whenever it arrives

    @failure @mode.out-of-order @needs.clock
    Scenario: Two refunds are reported in the wrong order
      Given 10 minutes pass
      And the payment provider has reported that Ada got back $40.00
      When a report arrives, made 1 minute before, that Ada got back $15.00
      Then the report is accepted
      And Ada has got back $40.00 of $40.00

    @failure @mode.out-of-order @needs.clock
    Scenario: The charge is reported after its refund
      Given 10 minutes pass
      And the payment provider has reported that Ada got back $40.00
      When a report arrives, made 1 minute before, that Ada's money was taken
      Then the report is accepted
      And Ada has got back $40.00 of $40.00

    @failure @mode.out-of-order @needs.clock
    Scenario: An older refund is reported after a dispute
      Given 10 minutes pass
      And the payment provider has reported that Ada's bank disputes the payment
      When a report arrives, made 1 minute before, that Ada got back $15.00
      Then the report is accepted
      And Ada's payment counts as disputed

  Rule: A report nobody foresaw does no harm

    @failure @mode.choked
    Scenario: A kind of report that the shop does not know
      When the payment provider reports something the shop has never heard of
      Then the report is accepted
      And the report is kept once
      And Ada has got back $0.00 of $40.00

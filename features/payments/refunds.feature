@payments @critical @needs.mocks
Feature: Giving money back
  A customer gets money back, all of it or a part, and never more than was paid.

  Why it matters
  - Revenue impact: high, money that went out twice does not come back
  - Failure cost: $80.00 per incident (assumption)
  - Frequency: 20 a day (assumption)
  - Owner: Payments team
  - Depends on: payment provider
  - Fails when (too-much): more is given back than was paid
  - Fails when (not-given): the books say "given back" although the customer never got it
  - Fails when (stranger): somebody gets at another customer's payment

  Background:
    Given Ada is a customer who has paid $40.00

  Rule: All of it, or a part

    @smoke
    Scenario: Ada gets all of it back
      When Ada asks for the money back
      Then Ada is told that $40.00 is given back
      And Ada has got back $40.00 of $40.00

    Scenario: Ada gets a part of it back
      When Ada asks for $10.00 back
      Then Ada is told that $10.00 is given back
      And Ada has got back $10.00 of $40.00

    Scenario: Parts add up to the whole
      Given Ada has got $10.00 back
      When Ada asks for $30.00 back
      Then Ada is told that $30.00 is given back
      And Ada has got back $40.00 of $40.00

    Scenario: The rest, after a part
      Given Ada has got $10.00 back
      When Ada asks for the money back
      Then Ada is told that $30.00 is given back
      And Ada has got back $40.00 of $40.00

  Rule: Never more than was paid

    @failure @mode.too-much
    Scenario Outline: More than is left, or nothing at all
      Given Ada has got $10.00 back
      When Ada asks for <amount> back
      Then Ada is asked to correct the amount
      And Ada has got back $10.00 of $40.00
      And nothing has changed

      Examples:
        | amount | why                     |
        | $30.01 | one cent more than left |
        | $0.00  | nothing to give back    |
        | -$5.00 | the wrong direction     |

    @failure @mode.too-much
    Scenario: It was all given back before
      Given Ada has got $40.00 back
      When Ada asks for the money back
      Then Ada is refused because it is already refunded
      And Ada has got back $40.00 of $40.00
      And nothing has changed

    @failure @mode.too-much
    Scenario: Two refunds at the same moment
      When Ada asks for the money back twice at the same moment
      Then only one of them succeeds and the other is refused because it is already refunded
      And Ada has got back $40.00 of $40.00

    @failure @mode.too-much
    Scenario: Two parts at the same moment that are too much together
      When Ada asks for $30.00 back twice at the same moment
      Then only one of them succeeds and the other is refused because the input breaks a rule
      And Ada has got back $30.00 of $40.00

  Rule: Only what the payment provider gave back counts

    @failure @mode.not-given
    Scenario: The payment provider refuses
      Given the payment provider refuses refunds
      When Ada asks for the money back
      Then Ada is refused because the payment provider refuses the refund
      And Ada has got back $0.00 of $40.00

    @failure @mode.not-given
    Scenario Outline: The payment provider is in trouble
      Given the payment provider <trouble>
      When Ada asks for the money back
      Then Ada is refused because the payment provider <words>
      And Ada has got back $0.00 of $40.00

      Examples:
        | trouble         | words             | why                                  |
        | does not answer | did not answer    | it cannot be known what became of it |
        | has a fault     | has a fault       | it says that it did not do its work  |
        | is down         | cannot be reached | nobody was there to do the work      |

    @failure @mode.not-given
    Scenario: Ada asks again once the payment provider is well
      Given Ada has tried to get the money back while the payment provider has a fault
      When Ada asks for the money back
      Then Ada is told that $40.00 is given back
      And Ada has got back $40.00 of $40.00

    @failure @mode.too-much
    Scenario: The answer never arrives, but a report does
      Given Ada has tried to get the money back while the payment provider hangs up after the work
      When the payment provider reports that Ada got back $40.00
      Then the report is accepted
      And Ada has got back $40.00 of $40.00

  Rule: A payment is the customer's own

    @failure @mode.stranger
    Scenario: Somebody else's payment
      Given Linus has an account
      When Linus asks for Ada's money back
      Then Linus is refused because there is no such thing
      And Ada has got back $0.00 of $40.00
      And nothing has changed

    @failure @mode.stranger
    Scenario: Nobody is logged in
      Given Ada is logged out
      When Ada asks for the money back
      Then Ada is refused because nobody is logged in
      And Ada has got back $0.00 of $40.00

    Scenario: An admin gives Ada's money back
      Given Grace has an account
      When Grace asks for Ada's money back
      Then Grace is told that $40.00 is given back
      And Ada has got back $40.00 of $40.00

@subscriptions @critical @needs.mocks @needs.clock
Feature: Cancelling a subscription
  A subscriber leaves at any time and gets the unused days of the period back.

  Why it matters
  - Revenue impact: medium, wrong refunds and customers who tell others
  - Failure cost: $80.00 per incident (assumption)
  - Frequency: 20 a day (assumption)
  - Owner: Subscriptions team
  - Depends on: payment provider, database
  - Fails when (wrong-refund): more or less is given back than the unused days are worth
  - Fails when (too-much): more is given back than was paid in the period
  - Fails when (refunded-twice): the unused days are given back twice
  - Fails when (not-given): the subscription ends although nothing could be given back
  - Fails when (goes-on): a subscription that was cancelled is charged again

  Rule: The unused days are given back

    @failure @mode.wrong-refund
    Scenario Outline: Ada leaves the pro plan
      Given Ada is a subscriber of the pro plan
      And <lapse> pass
      When Ada cancels the subscription
      Then Ada is told that the subscription is cancelled and <amount> is given back
      And Ada's subscription to the pro plan is cancelled
      And Ada has got back <amount> of $99.99

      Examples:
        | lapse                   | amount | why                                      |
        | 0 days                  | $99.99 | nothing is used                          |
        | 23 hours and 59 minutes | $99.99 | a day is used when its 24 hours are over |
        | 5 days                  | $83.33 | half a cent is rounded up                |
        | 15 days                 | $50.00 | so is this one                           |
        | 29 days                 | $3.33  | one day is left                          |

    @smoke
    Scenario: Ada leaves the basic plan
      Given Ada is a subscriber of the basic plan
      And 15 days pass
      When Ada cancels the subscription
      Then Ada is told that the subscription is cancelled and $15.00 is given back
      And Ada's subscription to the basic plan is cancelled
      And Ada has got back $15.00 of $29.99

    @failure @mode.too-much
    Scenario: Nothing is left when the period is over
      Given Ada is a subscriber of the pro plan
      And the payment provider is down
      And Ada's renewal has met with trouble
      When Ada cancels the subscription
      Then Ada is told that the subscription is cancelled and $0.00 is given back
      And Ada has got back $0.00 of what was paid for subscribing

    @failure @mode.wrong-refund
    Scenario: Only the period that goes on is given back
      Given Ada is a subscriber of the pro plan
      And Ada's subscription has been renewed once
      And 15 days pass
      When Ada cancels the subscription
      Then Ada has got back $50.00 of what was paid for renewals
      And Ada has got back $0.00 of what was paid for subscribing

  Rule: No more is given back than was paid in the period, the newest payment first

    @failure @mode.wrong-refund
    Scenario Outline: Ada has moved up in this period
      Given Ada is a subscriber of the basic plan
      And <lapse> pass
      And Ada has changed to the pro plan
      When Ada cancels the subscription
      Then Ada has got back <of change> of what was paid for the change of plan
      And Ada has got back <of first> of what was paid for subscribing

      Examples:
        | lapse   | of change | of first | why                                               |
        | 15 days | $35.00    | $15.00   | $50.00 in all: the newer payment, and $15.00 more |
        | 29 days | $2.33     | $1.00    | $3.33 in all                                      |

    @failure @mode.too-much
    Scenario: The period was covered by credit
      Given Ada is a subscriber of the pro plan
      And Ada has changed to the basic plan
      And Ada's subscription has been renewed once
      When Ada cancels the subscription
      Then Ada is told that the subscription is cancelled and $0.00 is given back

    @failure @mode.too-much
    Scenario: The period was covered by credit in part
      Given Ada is a subscriber of the pro plan
      And 29 days pass
      And Ada has changed to the basic plan
      And Ada's subscription has been renewed once
      When Ada cancels the subscription
      Then Ada has got back $27.66 of what was paid for renewals

    @failure @mode.too-much
    Scenario: The last renewal was never paid
      Given Ada is a subscriber of the pro plan
      And Ada's renewal was declined once
      When Ada cancels the subscription
      Then Ada is told that the subscription is cancelled and $0.00 is given back
      And Ada's subscription to the pro plan is cancelled
      And Ada has got back $0.00 of $99.99

  Rule: The subscription ends when the money is given back, and not before

    Background:
      Given Ada is a subscriber of the pro plan

    @failure @mode.not-given
    Scenario: The payment provider refuses
      Given the payment provider refuses refunds
      When Ada cancels the subscription
      Then Ada is refused because the payment provider refuses the refund
      And Ada's subscription to the pro plan is active
      And Ada has got back $0.00 of $99.99

    @failure @mode.not-given
    Scenario: The payment provider is down
      Given the payment provider is down
      When Ada cancels the subscription
      Then Ada is refused because the payment provider cannot be reached
      And Ada's subscription to the pro plan is active
      And Ada has got back $0.00 of $99.99

    @failure @mode.refunded-twice
    Scenario: Ada cancels again because the answer never came
      Given Ada has tried to cancel the subscription while the payment provider hangs up after the work
      When Ada cancels the subscription
      Then Ada is told that the subscription is cancelled and $99.99 is given back
      And Ada has got back $99.99 of $99.99

    @failure @mode.refunded-twice
    Scenario: Ada cancels in two windows at once
      Given 15 days pass
      When Ada cancels the subscription twice at the same moment
      Then only one of them succeeds and the other is refused because it is already cancelled
      And Ada has got back $50.00 of $99.99

  Rule: What is cancelled is over

    Background:
      Given Ada is a subscriber of the pro plan
      And 15 days pass

    @failure @mode.refunded-twice
    Scenario: Ada cancels what is cancelled
      Given Ada has cancelled the subscription
      When Ada cancels the subscription
      Then Ada is refused because it is already cancelled
      And Ada has got back $50.00 of $99.99

    @failure @mode.goes-on
    Scenario: Nothing is charged any more
      Given Ada has cancelled the subscription
      When 31 days pass, and the shop looks at what is due
      Then Ada has no active subscription
      And Ada has paid nothing for renewals
      And the payment provider is asked for money once

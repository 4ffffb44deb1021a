@subscriptions @critical @needs.mocks @needs.clock
Feature: Declined renewals
  A customer whose card is declined at renewal keeps the subscription for a while, is told each time, and
  loses it when the card is declined a fourth time.

  Why it matters
  - Revenue impact: high, most declined cards work again within days
  - Failure cost: $100.00 per incident (assumption)
  - Frequency: 20 a day (assumption)
  - Owner: Subscriptions team
  - Depends on: payment provider, e-mail provider, database
  - Fails when (lost-too-soon): a customer loses the subscription before the last try
  - Fails when (free-ride): a subscription goes on that nobody pays for
  - Fails when (untold): the customer is not told that the card was declined, or that it is over
  - Fails when (wrong-day): the card is tried on another day than promised
  - Fails when (charged-twice): one period is charged twice because it was tried several times

  Background:
    Given Ada is a subscriber of the pro plan

  Rule: A declined card makes the subscription past due

    @failure @mode.untold
    Scenario: The card is declined on the day
      Given the payment provider declines every card
      When 30 days pass
      Then Ada's subscription to the pro plan becomes past due
      And Ada's subscription renews on 4 February 2026
      And Ada is sent the "payment failed" e-mail once
      And Ada has paid nothing for renewals

    @failure @mode.untold
    Scenario: The bank says no, but the shop has to ask for it
      Given the payment provider declines every card
      And the payment provider hangs up after the work
      And Ada's renewal has met with trouble
      When the shop finds out what became of Ada's payment
      Then Ada's subscription to the pro plan becomes past due
      And Ada is sent the "payment failed" e-mail once

    @failure @mode.charged-twice
    Scenario: Who is past due cannot subscribe anew
      Given Ada's renewal was declined once
      When Ada subscribes to the basic plan
      Then Ada is refused because there is a subscription already
      And Ada's subscription to the pro plan is past due
      And Ada has paid $99.99 for subscribing

  Rule: The card is tried again 1, 3 and 5 days after it was declined first

    Scenario Outline: The card works again
      Given Ada's renewal was declined <declined>
      When <lapse> pass
      Then Ada's subscription is renewed once
      And Ada is sent the "renewal receipt" e-mail once
      And Ada is sent the "payment failed" e-mail <declined>
      And Ada has paid $99.99 for renewals

      Examples:
        | declined | lapse  | why                            |
        | once     | 1 day  | one day after the first time   |
        | twice    | 2 days | three days after the first one |
        | 3 times  | 2 days | five days after the first one  |

    @failure @mode.wrong-day
    Scenario Outline: It is not tried before that
      Given Ada's renewal was declined <declined>
      When <lapse> pass, and the shop looks at what is due
      Then Ada's subscription to the pro plan is past due
      And Ada has paid nothing for renewals
      And Ada is sent the "payment failed" e-mail <declined>

      Examples:
        | declined | lapse                             | why                                   |
        | once     | 23 hours and 59 minutes           | a minute before the first day is over |
        | twice    | 1 day and 23 hours and 59 minutes | a minute before the third day is over |
        | 3 times  | 1 day and 23 hours and 59 minutes | a minute before the fifth day is over |

    @failure @mode.lost-too-soon
    Scenario: Trouble of the payment provider is no decline
      Given Ada's renewal was declined once
      And the payment provider is down
      When 1 day pass, and the shop looks at what is due
      Then Ada's subscription to the pro plan is past due
      And Ada is sent no "subscription cancelled" e-mail
      And Ada is sent the "payment failed" e-mail once

  Rule: The fourth time is the end

    @failure @mode.free-ride
    Scenario: The card is declined on the fifth day, too
      Given Ada's renewal was declined 3 times
      And the payment provider declines every card
      When 2 days pass
      Then Ada's subscription to the pro plan becomes cancelled
      And Ada is sent the "subscription cancelled" e-mail once
      And Ada is sent the "payment failed" e-mail 3 times

    @failure @mode.charged-twice
    Scenario: What is over is not tried again
      Given Ada's renewal was declined 4 times
      When 35 days pass, and the shop looks at what is due
      Then Ada has no active subscription
      And Ada has paid nothing for renewals

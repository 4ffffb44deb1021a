@subscriptions @critical @needs.mocks @needs.clock
Feature: Changing the plan
  A subscriber moves to another plan within a period, and pays, or is credited, for the unused days of it.

  Why it matters
  - Revenue impact: high, upgrades are where subscriptions grow
  - Failure cost: $70.00 per incident (assumption)
  - Frequency: 15 a day (assumption)
  - Owner: Subscriptions team
  - Depends on: payment provider, database
  - Fails when (wrong-amount): the difference is charged or credited for the wrong number of days
  - Fails when (free-ride): the dearer plan is given although it is not paid
  - Fails when (paid-for-nothing): the difference is charged and the plan stays as it was
  - Fails when (charged-twice): one change is charged twice
  - Fails when (credit-from-nowhere): a change that came to nothing, or was none, leaves credit or a trace
  - Fails when (revived): a subscription that has ended, or is not paid, is changed

  Rule: A dearer plan costs the difference for the unused days

    Background:
      Given Ada is a subscriber of the basic plan

    @failure @mode.wrong-amount
    Scenario Outline: Ada moves up
      Given <lapse> pass
      When Ada changes to the pro plan
      Then Ada's subscription to the pro plan is active
      And Ada's subscription renews on 4 February 2026
      And Ada has paid <amount> for the change of plan
      And Ada's change from the basic plan to the pro plan is kept, with <amount> charged

      Examples:
        | lapse   | amount | why                                 |
        | 0 days  | $70.00 | the whole period is left            |
        | 1 day   | $67.67 | two thirds of a cent are rounded up |
        | 7 days  | $53.67 | a week is used                      |
        | 15 days | $35.00 | half of it is left                  |
        | 29 days | $2.33  | a third of a cent is rounded down   |

    @failure @mode.wrong-amount
    Scenario: Ada moves up when the period is over
      Given the payment provider is down
      And Ada's renewal has met with trouble
      When Ada changes to the pro plan
      Then Ada's subscription to the pro plan is active
      And Ada has paid nothing for the change of plan
      And Ada's change from the basic plan to the pro plan is kept, with $0.00 charged

    @failure @mode.charged-twice
    Scenario: Ada moves up in two windows at once
      When Ada changes to the pro plan twice at the same moment
      Then Ada's subscription to the pro plan is active
      And Ada has paid $70.00 for the change of plan
      And Ada's change from the basic plan to the pro plan is kept, with $70.00 charged

  Rule: A cheaper plan costs nothing, and the difference is credit for the next renewals

    Background:
      Given Ada is a subscriber of the pro plan

    @failure @mode.wrong-amount
    Scenario Outline: Ada moves down
      Given <lapse> pass
      When Ada changes to the basic plan
      Then Ada's subscription to the basic plan is active
      And Ada has paid nothing for the change of plan
      And Ada's change from the pro plan to the basic plan is kept, with <credit> of credit
      And Ada has <credit> of credit

      Examples:
        | lapse   | credit | why                                 |
        | 0 days  | $70.00 | the whole period is left            |
        | 1 day   | $67.67 | two thirds of a cent are rounded up |
        | 15 days | $35.00 | half of it is left                  |
        | 29 days | $2.33  | a third of a cent is rounded down   |

  Rule: A dearer plan that is not paid is not given

    Background:
      Given Ada is a subscriber of the basic plan

    @failure @mode.free-ride
    Scenario: The bank says no
      Given the payment provider declines every card
      When Ada changes to the pro plan
      Then Ada is refused because the card is declined
      And Ada's subscription to the basic plan is active
      And Ada has one failed attempt to pay
      And no change of plan is kept for Ada

    @failure @mode.free-ride
    Scenario Outline: The payment provider is in trouble
      Given the payment provider <trouble>
      When Ada changes to the pro plan
      Then Ada is refused because the payment provider <refusal>
      And Ada's subscription to the basic plan is active
      And Ada has paid nothing for the change of plan
      And no change of plan is kept for Ada

      Examples:
        | trouble     | refusal           | why                                 |
        | has a fault | has a fault       | it says that it did not do its work |
        | is down     | cannot be reached | nobody was there to do the work     |

    @failure @mode.free-ride
    Scenario: The payment provider does not say what it did
      Given the payment provider takes the money but its answer never arrives
      When Ada changes to the pro plan
      Then Ada is refused because the payment provider did not answer
      And Ada's subscription to the basic plan is active
      And Ada has one unknown attempt to pay
      And no change of plan is kept for Ada

    @failure @mode.paid-for-nothing
    Scenario: The money was taken, as the shop finds out
      Given the payment provider hangs up after the work
      And Ada has tried to change to the pro plan
      When the shop finds out what became of Ada's payment
      Then Ada's subscription to the pro plan is active
      And Ada has paid $70.00 for the change of plan
      And Ada's change from the basic plan to the pro plan is kept, with $70.00 charged

    @failure @mode.free-ride
    Scenario: The card was declined, as the shop finds out
      Given the payment provider declines every card
      And the payment provider hangs up after the work
      And Ada has tried to change to the pro plan
      When the shop finds out what became of Ada's payment
      Then Ada's subscription to the basic plan is active
      And no change of plan is kept for Ada

    @failure @mode.charged-twice
    Scenario Outline: Nothing else changes while nobody knows
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to change to the pro plan
      When Ada <tries>
      Then Ada is refused because the payment is still in progress
      And Ada's subscription to the basic plan is active
      And the payment provider is asked for money twice

      Examples:
        | tries                    | why                              |
        | changes to the pro plan  | it may be paid already           |
        | cancels the subscription | nobody knows what to give back   |

  Rule: Only a living subscription is changed, and to another plan

    Background:
      Given Ada is a subscriber of the basic plan

    @failure @mode.credit-from-nowhere
    Scenario: Ada has that plan already
      When Ada changes to the basic plan
      Then Ada is refused because it is the same plan
      And Ada's subscription to the basic plan is active
      And no change of plan is kept for Ada

    @failure @mode.credit-from-nowhere
    Scenario: A plan that nobody offers
      When Ada changes to a plan that does not exist
      Then Ada is refused because there is no such thing
      And Ada's subscription to the basic plan is active
      And no change of plan is kept for Ada

    @failure @mode.revived
    Scenario: The subscription is cancelled
      Given Ada has cancelled the subscription
      When Ada changes to the pro plan
      Then Ada is refused because it is already cancelled
      And Ada has no active subscription
      And Ada has paid nothing for the change of plan

    @failure @mode.revived
    Scenario: The last renewal is not paid
      Given Ada's renewal was declined once
      When Ada changes to the pro plan
      Then Ada is refused because the subscription is past due
      And Ada's subscription to the basic plan is past due
      And no change of plan is kept for Ada

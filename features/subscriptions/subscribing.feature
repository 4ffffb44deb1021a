@subscriptions @critical @needs.mocks
Feature: Subscribing
  A customer subscribes to a plan: the first 30 days are paid at once, once, and one subscription is all that
  an account can have.

  Why it matters
  - Revenue impact: high, every subscriber pays month after month
  - Failure cost: $120.00 per incident (assumption)
  - Frequency: 60 a day (assumption)
  - Owner: Subscriptions team
  - Depends on: payment provider, database
  - Fails when (bad-choice): money is taken for something that nobody can have meant
  - Fails when (free-ride): a subscription is active that nobody has paid for
  - Fails when (paid-for-nothing): the card is charged and the customer has no subscription
  - Fails when (charged-twice): one subscription is charged twice, or a customer has two of them
  - Fails when (locked-out): a customer whose first try came to nothing cannot subscribe any more

  Background:
    Given Ada has an account

  Rule: The first 30 days are paid at once

    @smoke
    Scenario: Ada subscribes
      When Ada subscribes to the pro plan
      Then Ada is told that the subscription to the pro plan is active
      And Ada's subscription to the pro plan is active
      And Ada's subscription renews on 4 February 2026
      And Ada has paid $99.99 for subscribing

  Rule: Only what makes sense is charged

    @failure @mode.bad-choice
    Scenario: A plan that nobody offers
      When Ada subscribes to a plan that does not exist
      Then Ada is refused because there is no such thing
      And the payment provider hears nothing of it
      And Ada has no subscription

    @failure @mode.bad-choice
    Scenario Outline: Something is missing
      When Ada subscribes without the <field>
      Then Ada is asked to correct the <field>
      And the payment provider hears nothing of it
      And Ada has no subscription

      Examples:
        | field | why                      |
        | plan  | nobody knows what to buy |
        | card  | nobody knows who pays    |

  Rule: Without money there is no subscription

    @failure @mode.free-ride
    Scenario: The bank says no
      When Ada subscribes to the pro plan with an empty card
      Then Ada is refused because the card is declined
      And Ada has no subscription
      And Ada's failed attempt is kept with the reason "insufficient funds"
      And Ada has paid nothing

    @failure @mode.locked-out
    Scenario: Another card is a new try
      Given Ada has tried to subscribe to the pro plan with an empty card
      When Ada subscribes to the pro plan
      Then Ada's subscription to the pro plan is active
      And Ada has paid $99.99 for subscribing
      And Ada has one failed attempt to pay

    @failure @mode.free-ride
    Scenario Outline: The payment provider is in trouble
      Given the payment provider <trouble>
      When Ada subscribes to the pro plan
      Then Ada is refused because the payment provider <refusal>
      And Ada has no active subscription
      And Ada has one failed attempt to pay
      And Ada has paid nothing

      Examples:
        | trouble     | refusal           | why                                 |
        | has a fault | has a fault       | it says that it did not do its work |
        | is down     | cannot be reached | nobody was there to do the work     |

    @failure @mode.locked-out
    Scenario: Ada sends it again when the trouble is over
      Given Ada has tried to subscribe to the pro plan while the payment provider has a fault
      When Ada sends the same subscription again
      Then Ada is told that the subscription to the pro plan is active
      And Ada's subscription to the pro plan is active
      And Ada has paid $99.99 for subscribing
      And the payment provider is given one key for all tries of Ada

  Rule: A payment that nobody knows of is looked up, and the subscription follows it

    @failure @mode.free-ride
    Scenario: The payment provider does not say what it did
      Given the payment provider takes the money but its answer never arrives
      When Ada subscribes to the pro plan
      Then Ada is refused because the payment provider did not answer
      And Ada has no active subscription
      And Ada has one unknown attempt to pay

    @failure @mode.charged-twice
    Scenario: Ada sends it again while nobody knows
      Given the payment provider takes the money but its answer never arrives
      And Ada has tried to subscribe to the pro plan
      When Ada sends the same subscription again
      Then Ada is refused because the payment is still in progress
      And the payment provider is asked for money once

    @failure @mode.paid-for-nothing
    Scenario: The money was taken
      Given the payment provider hangs up after the work
      And Ada has tried to subscribe to the pro plan
      When the shop finds out what became of Ada's payment
      Then Ada's subscription to the pro plan is active
      And Ada has paid $99.99 for subscribing
      And the payment provider is asked for money once

    @failure @mode.free-ride
    Scenario: The card was declined
      Given the payment provider hangs up after the work
      And Ada has tried to subscribe to the pro plan with an empty card
      When the shop finds out what became of Ada's payment
      Then Ada has no active subscription
      And Ada has one failed attempt to pay
      And Ada has paid nothing

    @failure @mode.free-ride @needs.clock
    Scenario: The payment never arrived
      Given Ada has tried to subscribe to the pro plan while the payment provider does not answer
      When the shop gives up on Ada's payment
      Then Ada has no active subscription
      And Ada has paid nothing

  Rule: An account has one subscription, and pays once for it

    @failure @mode.charged-twice
    Scenario Outline: Ada has one already
      Given Ada is a subscriber of the pro plan
      When Ada subscribes to <plan>
      Then Ada is refused because there is a subscription already
      And Ada is told "already has active subscription"
      And Ada's subscription to the pro plan is active
      And the payment provider is asked for money once

      Examples:
        | plan           | why                                  |
        | the pro plan   | she has forgotten                    |
        | the basic plan | another plan would be a change of it |

    @failure @mode.charged-twice
    Scenario: Ada subscribes in two windows at once
      When Ada subscribes to the pro plan twice at the same moment
      Then only one of them succeeds and the other is refused because there is a subscription already
      And Ada's subscription to the pro plan is active
      And Ada has paid $99.99 for subscribing

    @failure @mode.charged-twice
    Scenario: Ada sends it again
      Given Ada is a subscriber of the pro plan
      When Ada sends the same subscription again
      Then Ada is given the very same answer again
      And Ada's subscription to the pro plan is active
      And Ada has paid $99.99 for subscribing

    @failure @mode.charged-twice
    Scenario: Ada sends it again, but means another plan
      Given Ada is a subscriber of the pro plan
      When Ada sends the same subscription again, but to the basic plan
      Then Ada is refused because that key belongs to another payment
      And Ada's subscription to the pro plan is active
      And the payment provider is asked for money once

    Scenario: Ada comes back after cancelling
      Given Ada is a subscriber of the basic plan
      And Ada has cancelled the subscription
      When Ada subscribes to the pro plan
      Then Ada's subscription to the pro plan is active
      And Ada has paid $29.99 and $99.99 for subscribing
      And Ada has got back $29.99 of what was paid for subscribing

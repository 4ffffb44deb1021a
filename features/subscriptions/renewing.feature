@subscriptions @critical @needs.mocks @needs.clock
Feature: Renewing a subscription
  Every 30 days the shop charges the next period by itself, less the customer's credit, and sends a receipt.

  Why it matters
  - Revenue impact: high, this is most of the money coming in
  - Failure cost: $100.00 per incident (assumption)
  - Frequency: 400 a day (assumption)
  - Owner: Subscriptions team
  - Depends on: payment provider, e-mail provider, database
  - Fails when (too-early): a period is charged before it begins
  - Fails when (forgotten): a period begins, or trouble ends, and nobody is charged
  - Fails when (charged-twice): one period is charged twice
  - Fails when (wrong-price): the renewal costs something else than the plan less the credit
  - Fails when (untold): the customer is charged and gets no receipt
  - Fails when (punished): a customer loses the subscription because the payment provider was in trouble

  Rule: The next period is charged on the day it begins

    @smoke
    Scenario: The day has come
      Given Ada is a subscriber of the pro plan
      When 30 days pass
      Then Ada's subscription is renewed once
      And Ada's subscription renews on 6 March 2026
      And Ada is sent the "renewal receipt" e-mail
      And Ada has paid $99.99 for renewals

    @failure @mode.too-early
    Scenario: The day has not come
      Given Ada is a subscriber of the pro plan
      When 29 days and 23 hours and 59 minutes pass, and the shop looks at what is due
      Then Ada's subscription renews on 4 February 2026
      And Ada is sent no "renewal receipt" e-mail
      And Ada has paid nothing for renewals

    Scenario: A leap day and the end of a month do not move it
      Given it is 31 January 2028
      And Ada is a subscriber of the basic plan
      When 60 days pass
      Then Ada's subscription is renewed twice
      And Ada's subscription renews on 30 April 2028
      And Ada has paid $29.99 and $29.99 for renewals

    @failure @mode.wrong-price
    Scenario: The plan has changed since
      Given Ada is a subscriber of the basic plan
      And 15 days pass
      And Ada has changed to the pro plan
      When 15 days pass
      Then Ada's subscription is renewed once
      And Ada has paid $99.99 for renewals

  Rule: Credit is used before the card

    Background:
      Given Ada is a subscriber of the pro plan
      And 15 days pass
      And Ada has changed to the basic plan

    @failure @mode.wrong-price
    Scenario: The credit covers it all
      When 15 days pass
      Then Ada's subscription is renewed once
      And Ada is sent the "renewal receipt" e-mail
      And Ada has paid nothing for renewals
      And Ada has $5.01 of credit

    @failure @mode.wrong-price
    Scenario: The credit covers a part
      When 45 days pass
      Then Ada's subscription is renewed twice
      And Ada has paid $24.98 for renewals
      And Ada has $0.00 of credit

  Rule: A period is charged once, however late and by however many

    Background:
      Given Ada is a subscriber of the pro plan

    @failure @mode.untold
    Scenario: The shop is several periods late
      When 95 days pass
      Then Ada's subscription is renewed 3 times
      And Ada's subscription renews on 5 May 2026
      And Ada is sent the "renewal receipt" e-mail 3 times
      And Ada has paid $99.99, $99.99 and $99.99 for renewals

    @failure @mode.charged-twice
    Scenario: The shop looks again on the same day
      Given Ada's subscription has been renewed once
      When 23 hours pass, and the shop looks at what is due
      Then Ada is sent the "renewal receipt" e-mail once
      And Ada has paid $99.99 for renewals

    @failure @mode.charged-twice @needs.replicas
    Scenario: Two copies of the shop see that it is due
      Given a second copy of the shop is running
      And the payment provider takes a moment
      When 30 days pass
      Then Ada's subscription is renewed once
      And Ada is sent the "renewal receipt" e-mail once
      And Ada has paid $99.99 for renewals

  Rule: Trouble of the payment provider costs nobody the subscription

    Background:
      Given Ada is a subscriber of the pro plan

    @failure @mode.punished
    Scenario Outline: The payment provider is in trouble on the day
      Given the payment provider <trouble>
      And Ada's renewal has met with trouble
      When 1 second pass, and the shop looks at what is due
      Then Ada's subscription to the pro plan is active
      And Ada's subscription renews on 4 February 2026
      And Ada is sent no "payment failed" e-mail

      Examples:
        | trouble     | why                                 |
        | has a fault | it says that it did not do its work |
        | is down     | nobody was there to do the work     |

    @failure @mode.wrong-price
    Scenario: A renewal that comes to nothing keeps the credit
      Given 29 days pass
      And Ada has changed to the basic plan
      And the payment provider is down
      And Ada's renewal has met with trouble
      When 1 second pass, and the shop looks at what is due
      Then Ada has $2.33 of credit

    @failure @mode.forgotten
    Scenario: It is charged minutes after the trouble
      Given the payment provider is down
      And Ada's renewal has met with trouble
      And the payment provider is well again
      When 5 minutes pass
      Then Ada's subscription is renewed once
      And Ada has paid $99.99 for renewals

    @failure @mode.charged-twice
    Scenario: The payment provider took the money and hung up
      Given the payment provider hangs up after the work
      And Ada's renewal has met with trouble
      When the shop finds out what became of Ada's payment
      Then Ada's subscription is renewed once
      And Ada is sent the "renewal receipt" e-mail
      And Ada has paid $99.99 for renewals

    @failure @mode.forgotten
    Scenario: The payment provider never got it
      Given the payment provider does not answer once
      And Ada's renewal has met with trouble
      And the shop has given up on Ada's payment
      When 5 minutes pass
      Then Ada's subscription is renewed once
      And Ada has paid $99.99 for renewals

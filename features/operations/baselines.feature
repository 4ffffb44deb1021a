@operations @performance @needs.mocks
Feature: Baselines
  The shop answers quickly: what a customer waits for most often takes no longer than was agreed.

  How long it takes is remembered from run to run. A workflow that is much slower than usual is pointed out,
  though it is only a failure when it takes longer than was agreed.

  Why it matters
  - Revenue impact: medium, customers who wait leave before they have paid
  - Failure cost: $1,000.00 per incident (assumption)
  - Frequency: 0.05 a day (assumption)
  - Owner: Platform team
  - Depends on: database, token store, payment provider
  - Fails when (slow-sign-up): visitors wait so long for their account that they leave
  - Fails when (slow-payment): customers wait so long for their payment that they pay again, or elsewhere
  - Fails when (slow-order): customers wait so long for their order that they order again, or elsewhere

  Rule: An account is opened within half a second

    Scenario: Visitors sign up
      When 20 visitors sign up one after the other
      Then each of them succeeds
      And "signing up" takes at most 500 milliseconds for 19 of them

    @failure @mode.slow-sign-up
    Scenario: Visitors do not wait for the e-mail provider
      Given the e-mail provider is down
      When 5 visitors sign up one after the other
      Then each of them succeeds
      And each of them takes at most 500 milliseconds

  Rule: A card is charged within a second

    Scenario: Ada pays
      Given Ada has an account
      When Ada pays $40.00 with a valid card 20 times one after the other
      Then each of them succeeds
      And "paying" takes at most 1 second for 19 of them

    @failure @mode.slow-payment
    Scenario: A no comes as quickly as a yes
      Given Ada has an account
      When Ada pays $40.00 with an empty card 5 times one after the other
      Then each of them is refused because the card is declined
      And each of them takes at most 1 second

  Rule: An order is placed within a second

    Scenario: Ada orders
      Given Ada has an account
      And there are 20 lamps on sale
      When Ada orders a lamp with a valid card 20 times one after the other
      Then each of them succeeds
      And "ordering" takes at most 1 second for 19 of them

    @failure @mode.slow-order
    Scenario: An order is declined as quickly as it is placed
      Given Ada has an account
      And there are 20 lamps on sale
      When Ada orders a lamp with an empty card 5 times one after the other
      Then each of them is refused because the card is declined
      And each of them takes at most 1 second

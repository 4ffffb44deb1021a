@journey @critical @needs.mocks @needs.clock
Feature: From signing up to saying goodbye
  One customer goes all the way through the shop: each workflow begins where the one before has left her.

  Why it matters
  - Revenue impact: high, whoever gets stuck on the way buys nothing
  - Failure cost: $60.00 per incident (assumption)
  - Frequency: 180 a day (assumption)
  - Owner: Accounts team
  - Depends on: database, token store, payment provider, e-mail provider
  - Fails when (stuck): a customer who has met with trouble on the way cannot go on

  @smoke
  Scenario: Ada goes all the way
    Given Linus and Grace have accounts
    And the shop has 3 lamps

    When Ada signs up
    Then Ada has an account that waits for confirmation
    And Ada is sent the "confirm your address" e-mail once

    When Ada confirms the address through the link
    Then Ada's address is confirmed

    When Ada logs in
    Then Ada is logged in

    When Ada completes onboarding
    Then Ada is onboarded with a team of "10-50"

    When Ada opens the project "Analytical Engine"
    Then Ada owns the project "Analytical Engine"

    When Ada invites Linus
    Then Linus is sent the "project invitation" e-mail once

    When Linus accepts the invitation through the link
    Then Linus is a member of the project

    When Ada subscribes to the pro plan
    Then Ada is told that the subscription to the pro plan is active
    And Ada has paid $99.99 for subscribing

    When Ada orders a lamp
    Then Ada is told that the order over $40.00 is confirmed
    And Ada is sent the "order confirmed" e-mail once
    And the shop has 2 lamps left

    When Grace marks Ada's order as packed
    Then Grace is told that the order is packed

    When Grace marks Ada's order as shipped
    Then the "order shipped" e-mail to Ada names the tracking number

    When Grace marks Ada's order as delivered
    Then the history of Ada's order names Grace for each step up to delivered

    When 15 days pass
    Then Ada's subscription to the pro plan is active

    When Ada cancels the subscription
    Then Ada is told that the subscription is cancelled and $50.00 is given back

    When Ada deletes the account
    Then Ada has no account
    And nothing personal of Ada is left
    And Linus is a member of the project

  @failure @mode.stuck @needs.faults
  Scenario: Ada goes all the way although everything goes wrong once
    Given Grace has an account
    And the shop has 1 lamp
    And the e-mail provider is down once

    When Ada signs up
    Then Ada has an account that waits for confirmation
    And the "confirm your address" e-mail to Ada waits for another try

    When 24 hours and 1 second pass
    Then Ada is sent the "confirm your address" e-mail once

    When Ada confirms the address through the link
    Then Ada is refused because the link has expired

    When Ada asks for another confirmation link
    Then Ada is sent the "confirm your address" e-mail twice

    When Ada confirms the address through the link
    Then Ada's address is confirmed

    When Ada logs in with a wrong password
    Then Ada is refused because the address or the password is wrong

    When Ada logs in
    Then Ada is logged in

    Given the payment provider takes the money but its answer never arrives
    When Ada orders a lamp
    Then Ada is refused because the payment provider did not answer

    When the payment provider is well again
    Then the shop finds out that Ada has bought a lamp for $40.00

    Given the database is killed and comes back
    When Grace marks Ada's order as packed
    Then Grace is told that the order is packed

    When Ada cancels the order
    Then Ada's order is cancelled and $40.00 is given back
    And the shop has 1 lamp left

    When Ada subscribes to the pro plan with an empty card
    Then Ada is refused because the card is declined

    When Ada subscribes to the pro plan
    Then Ada's subscription to the pro plan is active

    Given the payment provider refuses refunds
    When Ada deletes the account
    Then Ada is refused because the payment provider refuses the refund
    And Ada's subscription to the pro plan is active

    Given the payment provider is well again
    When Ada deletes the account
    Then Ada has no account
    And nothing personal of Ada is left

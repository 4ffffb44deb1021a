@orders @needs.mocks
Feature: Telling of the shipping
  Customers are told when their order is on its way and how to follow it: by e-mail, and by SMS who has left a
  phone number.

  Why it matters
  - Revenue impact: low, whoever is told nothing calls the support
  - Failure cost: $12.00 per incident (assumption)
  - Frequency: 180 a day (assumption)
  - Owner: Fulfilment team
  - Depends on: e-mail provider, SMS provider
  - Fails when (untold): the customer does not learn that the order is on its way
  - Fails when (unwanted): somebody who left no phone number is sent an SMS, or is told of what did not happen
  - Fails when (in-the-way): a provider in trouble keeps the order from being shipped

  Rule: E-mail and SMS name the tracking number

    Background:
      Given Ada has an account with a phone number
      And Ada has bought 2 lamps
      And Grace has marked Ada's order as packed

    Scenario: Ada has left a phone number
      When Grace marks Ada's order as shipped
      Then the "order shipped" e-mail to Ada names the tracking number
      And the "order shipped" SMS to Ada names the tracking number

    Scenario: Each of them is sent once
      When Grace marks Ada's order as shipped
      Then Ada is sent the "order shipped" e-mail once
      And Ada is sent the "order shipped" SMS once

    @failure @mode.untold
    Scenario: The SMS provider is in trouble for a moment
      Given the SMS provider has a fault once
      When Grace marks Ada's order as shipped
      Then the "order shipped" SMS to Ada waits for another try

    @failure @mode.in-the-way
    Scenario: The e-mail provider is down
      Given the e-mail provider is down
      When Grace marks Ada's order as shipped
      Then the history of Ada's order names Grace for each step up to shipped

  Rule: Who has left no phone number is sent no SMS

    @failure @mode.unwanted
    Scenario: Ada has left no phone number
      Given Ada is a customer who has bought 2 lamps
      And Grace has marked Ada's order as packed
      When Grace marks Ada's order as shipped
      Then the "order shipped" e-mail to Ada names the tracking number
      And no SMS is on its way to anybody

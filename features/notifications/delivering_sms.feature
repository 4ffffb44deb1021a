@notifications @needs.mocks
Feature: Delivering SMS
  What the shop has promised by SMS arrives, once, even if the SMS provider is in trouble for a while.

  Why it matters
  - Revenue impact: low, whoever is told nothing calls the support
  - Failure cost: $12.00 per incident (assumption)
  - Frequency: 120 a day (assumption)
  - Owner: Fulfilment team
  - Depends on: SMS provider, database
  - Fails when (sms-lost): a message is lost because the SMS provider was in trouble
  - Fails when (hammering): the shop tries on and on, or too soon, and is locked out by the SMS provider
  - Fails when (bad-number): a number that does not exist is tried on and on, or blocks what comes behind it
  - Fails when (sent-twice): somebody gets one message twice
  - Fails when (sent-anyway): somebody gets a message about something that never happened
  - Fails when (in-the-way): trouble with SMS keeps an e-mail or the shop's people waiting

  Background:
    Given Ada has an account with a phone number
    And Ada has bought a lamp
    And Grace has marked Ada's order as packed

  Rule: A message is delivered by itself, without anybody waiting for it

    Scenario: Grace ships Ada's order
      When Grace marks Ada's order as shipped
      Then Ada is sent the "order shipped" SMS once
      And the "order shipped" SMS to Ada names the tracking number

    @failure @mode.in-the-way
    Scenario: The SMS provider is slow
      Given the SMS provider does not answer
      When Grace marks Ada's order as shipped
      Then Grace has not waited for the SMS provider
      And Ada is sent the "order shipped" e-mail once

  Rule: A message that could not be delivered is tried again

    @failure @mode.sms-lost @needs.clock
    Scenario Outline: Once in trouble
      Given the SMS provider <trouble> once
      And Grace has marked Ada's order as shipped
      And the "order shipped" SMS to Ada has failed once
      When 61 seconds pass
      Then Ada is sent the "order shipped" SMS once

      Examples:
        | trouble                        | why                             |
        | asks for fewer calls           | it does no more work for us now |
        | is down                        | nobody was there                |
        | does not accept the shop's key | the key is being exchanged      |

    @failure @mode.sms-lost @needs.clock
    Scenario: Rather sent twice than lost
      Given the SMS provider hangs up after the work
      And Grace has marked Ada's order as shipped
      And the "order shipped" SMS to Ada has failed once
      When 61 seconds pass
      Then Ada is sent the "order shipped" SMS twice

    @failure @mode.hammering @needs.clock
    Scenario: Each try waits longer
      Given the SMS provider has a fault
      And Grace has marked Ada's order as shipped
      When the "order shipped" SMS to Ada fails 3 times
      Then the "order shipped" SMS to Ada is tried again after 25 minutes

    @failure @mode.hammering @needs.clock
    Scenario: Given up after the fifth failure
      Given the SMS provider has a fault
      And Grace has marked Ada's order as shipped
      When the "order shipped" SMS to Ada fails 5 times
      Then the "order shipped" SMS to Ada is given up

  Rule: A number that does not exist is given up at once

    @failure @mode.bad-number
    Scenario: A number that does not exist
      Given the SMS provider finds the number impossible once
      When Grace marks Ada's order as shipped
      Then the "order shipped" SMS to Ada is given up
      And the SMS provider is asked to write to Ada once
      And Ada is sent the "order shipped" e-mail once

  Rule: Nobody gets a message twice, or one about what never happened

    @failure @mode.sent-twice @needs.replicas @needs.clock
    Scenario: Two copies of the shop share the work
      Given a second copy of the shop is running
      And the SMS provider takes long to answer
      When Grace marks Ada's order as shipped
      Then Ada is sent the "order shipped" SMS once

    @failure @mode.sent-anyway @needs.faults
    Scenario: The connection is lost in the middle of shipping
      Given the database hangs up as soon as the shop writes down a step of an order
      When Grace marks Ada's order as shipped
      Then Grace is refused because the shop is out of order
      And Ada is sent no "order shipped" SMS
      And Ada is sent no "order shipped" e-mail

    @failure @mode.sent-anyway
    Scenario: Ada leaves while an SMS waits
      Given the SMS provider is down
      And Grace has marked Ada's order as shipped
      When Ada deletes the account
      Then nothing personal of Ada is left

@payments @critical @needs.mocks
Feature: A payment provider in trouble
  When the payment provider is slow, failing or away, the customer soon knows where they stand and is not
  charged behind their back.

  Why it matters
  - Revenue impact: high, every customer is hit at once
  - Failure cost: $90.00 per incident (assumption)
  - Frequency: 3 a day (assumption)
  - Owner: Payments team
  - Depends on: payment provider
  - Fails when (hangs): the customer waits in front of a page that never comes
  - Fails when (false-certainty): the shop says "not paid" although nobody can know that
  - Fails when (charged-twice): the shop asks again in a way that charges a second time
  - Fails when (gives-up): one hiccup of the payment provider loses the sale

  Background:
    Given Ada has an account

  Rule: The customer gets an answer in time, and a true one

    @failure @mode.hangs
    Scenario: The payment provider does not answer
      Given the payment provider does not answer
      When Ada pays $40.00
      Then Ada is refused because the payment provider did not answer
      And Ada waits no longer than half a second beyond the time-out
      And Ada has one unknown attempt to pay

    @failure @mode.false-certainty
    Scenario: The connection breaks after the payment provider took the money
      Given the payment provider hangs up after the work
      When Ada pays $40.00
      Then Ada is refused because the payment provider did not answer
      And Ada has one unknown attempt to pay
      And Ada has no failed attempt to pay

    @failure @mode.false-certainty
    Scenario: The payment provider is down
      Given the payment provider is down
      When Ada pays $40.00
      Then Ada is refused because the payment provider cannot be reached
      And Ada has one failed attempt to pay
      And Ada has paid nothing

    @failure @mode.false-certainty
    Scenario Outline: The payment provider has a fault
      Given the payment provider <trouble>
      When Ada pays $40.00
      Then Ada is refused because the payment provider has a fault
      And Ada has one failed attempt to pay
      And Ada has paid nothing

      Examples:
        | trouble              | why                             |
        | has a fault          | it broke while doing its work   |
        | is overloaded        | it does no work at the moment   |
        | asks for fewer calls | it does no more work for us now |

  Rule: The shop asks a second time at most, and in a way that cannot charge twice

    @failure @mode.gives-up
    Scenario: One fault, then all is well
      Given the payment provider has a fault once
      When Ada pays $40.00
      Then Ada is told that $40.00 is paid
      And Ada has paid $40.00 once
      And the payment provider is given one key for all tries of Ada

    @failure @mode.charged-twice
    Scenario Outline: The shop does not ask on and on
      Given the payment provider <trouble>
      When Ada pays $40.00
      Then the payment provider is asked for money at most twice
      And the payment provider is given one key for all tries of Ada

      Examples:
        | trouble                                      | why                             |
        | has a fault                                  | a flood of calls would not help |
        | is down                                      | neither would it here           |
        | takes the money but its answer never arrives | it may well have been charged   |

  Rule: One customer's trouble is over when the payment provider's is

    @failure @mode.gives-up
    Scenario: The next customer pays as if nothing had happened
      Given Linus has an account
      And Ada has tried to pay $40.00 while the payment provider has a fault
      When Linus pays $25.00
      Then Linus has paid $25.00 once
      And Ada has paid nothing

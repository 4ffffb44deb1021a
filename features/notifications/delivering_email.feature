@notifications @critical @needs.mocks
Feature: Delivering e-mail
  What the shop has promised by e-mail arrives, once, even if the e-mail provider is in trouble for a while.

  Why it matters
  - Revenue impact: medium, a customer without the confirmation never becomes one
  - Failure cost: $20.00 per incident (assumption)
  - Frequency: 500 a day (assumption)
  - Owner: Accounts team
  - Depends on: e-mail provider, database
  - Fails when (mail-lost): a message is lost because the e-mail provider was in trouble
  - Fails when (hammering): the shop tries on and on, or too soon, and is locked out by the e-mail provider
  - Fails when (bad-address): an address that does not exist blocks what comes behind it
  - Fails when (sent-twice): somebody gets one message twice
  - Fails when (sent-anyway): somebody gets a message about something that never happened
  - Fails when (customer-waits): the customer waits for the e-mail provider

  Rule: A message is delivered by itself, without anybody waiting for it

    @smoke
    Scenario: Ada signs up
      When Ada signs up
      Then Ada has one account
      And Ada is sent the "confirm your address" e-mail once

    @failure @mode.customer-waits
    Scenario: The e-mail provider is slow
      Given the e-mail provider does not answer
      When Ada signs up
      Then Ada has not waited for the e-mail provider
      And the "confirm your address" e-mail to Ada waits for another try

  Rule: A message that could not be delivered is tried again

    @failure @mode.mail-lost @needs.clock
    Scenario Outline: Once in trouble
      Given the e-mail provider <trouble> once
      And Ada has tried to sign up
      And the "confirm your address" e-mail to Ada has failed once
      When 61 seconds pass
      Then Ada is sent the "confirm your address" e-mail once

      Examples:
        | trouble                        | why                             |
        | has a fault                    | it broke while doing its work   |
        | is overloaded                  | it does no work at the moment   |
        | asks for fewer calls           | it does no more work for us now |
        | does not answer                | it may or may not have sent it  |
        | is down                        | nobody was there                |
        | does not accept the shop's key | the key is being exchanged      |
        | does not let the shop in       | the account is being looked at  |
        | is not where it should be      | it is being moved               |

    @failure @mode.mail-lost @needs.clock
    Scenario: Rather sent twice than lost
      Given the e-mail provider hangs up after the work
      And Ada has tried to sign up
      And the "confirm your address" e-mail to Ada has failed once
      When 61 seconds pass
      Then Ada is sent the "confirm your address" e-mail twice

    @failure @mode.hammering
    Scenario: Not tried again at once
      Given the e-mail provider has a fault once
      And Ada has tried to sign up
      And the "confirm your address" e-mail to Ada has failed once
      When Linus signs up
      Then Linus is sent the "confirm your address" e-mail once
      And the "confirm your address" e-mail to Ada waits for another try

    @failure @mode.hammering @needs.clock
    Scenario Outline: Each try waits longer
      Given the e-mail provider has a fault
      And Ada has tried to sign up
      When the "confirm your address" e-mail to Ada fails <times>
      Then the "confirm your address" e-mail to Ada is tried again after <wait>

      Examples:
        | times   | wait        | why             |
        | once    | 1 minute    | a hiccup        |
        | twice   | 5 minutes   | a restart       |
        | 3 times | 25 minutes  | a small outage  |
        | 4 times | 125 minutes | a real outage   |

    @failure @mode.hammering @needs.clock
    Scenario: Given up after the fifth failure
      Given the e-mail provider has a fault
      And Ada has tried to sign up
      When the "confirm your address" e-mail to Ada fails 5 times
      Then the "confirm your address" e-mail to Ada is given up

    @failure @mode.mail-lost @needs.clock
    Scenario: Everything that waited is delivered when the e-mail provider is back
      Given the e-mail provider is down
      And 8 visitors have signed up
      And the e-mail provider is well again
      When 61 seconds pass
      Then each of the visitors is sent the "confirm your address" e-mail once

  Rule: An address that does not exist is given up at once

    @failure @mode.bad-address
    Scenario Outline: The e-mail provider says that the address is bad
      Given the e-mail provider <trouble> once
      When Ada signs up
      Then the "confirm your address" e-mail to Ada is given up
      And the e-mail provider is asked to write to Ada once

      Examples:
        | trouble                      | why                            |
        | finds the address impossible | nobody can be written to there |
        | finds the message impossible | it would be no better later    |

    @failure @mode.bad-address
    Scenario: One bad address does not hold up the next message
      Given the e-mail provider finds the address impossible once
      And Ada has tried to sign up
      When Linus signs up
      Then Linus is sent the "confirm your address" e-mail once

  Rule: Nobody gets a message twice, or one about what never happened

    @failure @mode.sent-twice @needs.replicas @needs.clock
    Scenario: Two copies of the shop share the work
      Given a second copy of the shop is running
      And the e-mail provider is down
      And 8 visitors have signed up
      And the e-mail provider takes its time
      When 61 seconds pass
      Then each of the visitors is sent the "confirm your address" e-mail once

    @failure @mode.sent-anyway @needs.faults
    Scenario: A registration that came to nothing
      Given the token store is down
      When Ada signs up
      Then Ada is refused because the shop is out of order
      And no e-mail is on its way to Ada

    @failure @mode.sent-anyway
    Scenario: An address that is taken
      Given Ada has an account
      When Ada signs up
      Then Ada is refused because that address is taken
      And no e-mail is on its way to Ada

    @failure @mode.sent-anyway
    Scenario: Two registrations at the same moment
      When Ada signs up twice at the same moment
      Then Ada has one account
      And Ada is sent the "confirm your address" e-mail once

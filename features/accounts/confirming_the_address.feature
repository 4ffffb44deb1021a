@accounts @critical
Feature: Confirming the address
  A visitor proves that the e-mail address is theirs by following the link that was sent to it.

  Why it matters
  - Revenue impact: high, an account that is not confirmed cannot buy
  - Failure cost: $25.00 per incident (assumption)
  - Frequency: 180 a day (assumption)
  - Owner: Accounts team
  - Depends on: e-mail provider, token store
  - Fails when (link-expired): a link works long after it was sent, or its owner is not told why it does not
  - Fails when (link-replaced): an old link still works although a newer one was sent
  - Fails when (link-used): whoever finds a used link is let in
  - Fails when (link-invalid): a guessed or spoiled link is let in
  - Fails when (address-told): a stranger learns from the answer who has an account

  Background:
    Given Ada has signed up

  Rule: The link of the e-mail confirms the address for 24 hours

    @smoke @needs.mocks
    Scenario: Ada follows the link
      When Ada confirms the address through the link
      Then Ada's address is confirmed
      And Ada is logged in

    @needs.mocks @needs.clock
    Scenario: Ada follows the link at the last minute
      Given 23 hours and 59 minutes pass
      When Ada confirms the address through the link
      Then Ada's address is confirmed

    @failure @mode.link-expired @needs.mocks @needs.clock
    Scenario: Ada comes too late
      Given 24 hours and 1 second pass
      When Ada confirms the address through the link
      Then Ada is refused because the link has expired
      And Ada has an account that waits for confirmation

    @failure @mode.link-expired @needs.mocks @needs.clock
    Scenario: A link that was used and is too old as well
      Given Ada has confirmed the address
      And 24 hours and 1 second pass
      When Ada confirms the address through the link
      Then Ada is refused because the link has expired

  Rule: A link works once

    @failure @mode.link-used @needs.mocks
    Scenario: Ada follows the link again
      Given Ada has confirmed the address
      When Ada confirms the address through the link
      Then Ada is refused because the link is not valid
      And Ada's address is confirmed

    @failure @mode.link-used @needs.mocks
    Scenario: The link is followed in six places at once
      When Ada confirms the address 6 times at the same moment
      Then only one of them succeeds and the others are refused because the link is not valid
      And Ada's address is confirmed

  Rule: Only a link that the shop sent works

    @failure @mode.link-invalid @needs.mocks
    Scenario: A link that the token store has lost
      Given the token store has lost the confirmation link
      When Ada confirms the address through the link
      Then Ada is refused because the link is not valid
      And Ada has an account that waits for confirmation

    @failure @mode.link-invalid
    Scenario: A link that somebody made up
      When Ada confirms the address through a made-up link
      Then Ada is refused because the link is not valid
      And Ada has an account that waits for confirmation

    @failure @mode.link-invalid
    Scenario Outline: A link that was spoiled on the way
      When Ada confirms the address through <link>
      Then Ada is refused because the link is garbled
      And Ada has an account that waits for confirmation

      Examples: the bounds of what a link looks like
        | link                      | why                                  |
        | an empty link             | nothing is left of it                |
        | a link cut short          | one character too few to be a link   |
        | a link that is too long   | one character too many to be a link  |
        | a link with a blank in it | no link of the shop holds a blank    |

  Rule: Another link can be asked for, and only the newest works

    @needs.mocks
    Scenario: Ada follows the newest link
      Given Ada has asked for another confirmation link
      When Ada confirms the address through the link
      Then Ada's address is confirmed
      And Ada is logged in

    @failure @mode.link-replaced @needs.mocks
    Scenario: Ada follows an earlier link
      Given Ada has asked for another confirmation link
      When Ada confirms the address through the earlier link
      Then Ada is refused because the link is not valid
      And Ada has an account that waits for confirmation

    @failure @mode.link-expired @needs.mocks @needs.clock
    Scenario: Ada asks for another link when the first has expired
      Given 24 hours and 1 second pass
      And Ada has asked for another confirmation link
      When Ada confirms the address through the link
      Then Ada's address is confirmed

    @failure @mode.address-told
    Scenario: A stranger asks for a link
      When Katherine asks for another confirmation link
      Then Katherine is told no more than that the wish was noted
      And Katherine is sent no "confirm your address" e-mail

    @failure @mode.address-told
    Scenario: Somebody who is confirmed already asks for a link
      Given Linus has an account
      When Linus asks for another confirmation link
      Then Linus is told no more than that the wish was noted
      And Linus is sent no "confirm your address" e-mail

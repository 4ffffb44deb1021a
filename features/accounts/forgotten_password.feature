@accounts @critical
Feature: Forgotten password
  A customer who has forgotten the password sets a new one through a link in an e-mail.

  Why it matters
  - Revenue impact: medium, a customer who cannot get back in buys elsewhere
  - Failure cost: $400.00 per incident (assumption)
  - Frequency: 60 a day (assumption)
  - Owner: Accounts team
  - Depends on: e-mail provider, token store
  - Fails when (link-expired): whoever finds an old e-mail takes the account over
  - Fails when (link-used): whoever finds a used link takes the account over
  - Fails when (link-invalid): a guessed link, or one made for something else, takes the account over
  - Fails when (weak-password): the new password is easily guessed
  - Fails when (thief-stays): whoever stole the old password stays logged in
  - Fails when (address-told): a stranger learns from the answer who has an account

  Background:
    Given Ada has an account
    And Ada has asked for a new password

  Rule: The link of the e-mail sets a new password within an hour

    @smoke @needs.mocks
    Scenario: Ada sets a new password
      When Ada sets a new password through the link
      Then Ada can log in with the new password
      And Ada can no longer log in with the old password
      And Ada's password is kept so that nobody can read it

    @needs.mocks @needs.clock
    Scenario: Ada sets a new password at the last minute
      Given 59 minutes pass
      When Ada sets a new password through the link
      Then Ada can log in with the new password

    @failure @mode.link-expired @needs.mocks @needs.clock
    Scenario: Ada comes too late
      Given 1 hour and 1 second pass
      When Ada sets a new password through the link
      Then Ada is refused because the link has expired
      And Ada can log in with the old password

  Rule: A link works once

    @failure @mode.link-used @needs.mocks
    Scenario: Somebody finds the link that Ada used
      Given Ada has set a new password
      When Ada sets the new password "Thiefs-Choice-1"
      Then Ada is refused because the link is not valid
      And Ada can log in with the new password

    @failure @mode.link-used @needs.mocks
    Scenario: The link is followed in six places at once
      When Ada sets a new password 6 times at the same moment
      Then only one of them succeeds and the others are refused because the link is not valid
      And Ada can log in with the new password

    @needs.mocks
    Scenario: Ada asks twice and follows the newest link
      Given Ada has asked for a new password
      When Ada sets a new password through the link
      Then Ada can log in with the new password

    @failure @mode.link-used @needs.mocks
    Scenario: Ada asks twice and follows the earlier link
      Given Ada has asked for a new password
      When Ada sets a new password through the earlier link
      Then Ada is refused because the link is not valid
      And Ada can log in with the old password

  Rule: Only a link made for it sets a password

    @failure @mode.link-invalid
    Scenario: A link that somebody made up
      When Ada sets a new password through a made-up link
      Then Ada is refused because the link is not valid
      And Ada can log in with the old password

    @failure @mode.link-invalid @needs.mocks
    Scenario: A link that was made to confirm an address
      Given Linus has signed up
      When Linus sets a new password through the link that confirms an address
      Then Linus is refused because the link is not valid

  Rule: The new password is not easily guessed

    @failure @mode.weak-password @needs.mocks
    Scenario Outline: A new password that is easily guessed
      When Ada sets the new password "<password>"
      Then Ada is asked to correct the password
      And Ada can log in with the old password

      Examples: one rule broken at a time
        | password     | why                    |
        | Short-1pw    | nine characters        |
        | lower-case-1 | no upper-case letter   |
        | UPPER-CASE-1 | no lower-case letter   |
        | No-Digits-At | no digit               |

  Rule: A new password ends what was begun with the old one

    @failure @mode.thief-stays @needs.mocks
    Scenario: Whoever is logged in has to log in again
      Given Ada is logged in
      When Ada sets a new password through the link
      Then Ada's session has ended

    @failure @mode.thief-stays @needs.mocks
    Scenario: A link that fails ends nothing
      Given Ada is logged in
      When Ada sets a new password through a made-up link
      Then Ada's session goes on

  Rule: A stranger is told nothing

    @failure @mode.address-told
    Scenario: Somebody without an account asks for a new password
      When Katherine asks for a new password
      Then Katherine is told no more than that the wish was noted
      And Katherine is sent no "reset your password" e-mail

    @failure @mode.address-told
    Scenario: Something that is no address gets the same answer
      When Katherine asks for a new password for "whatever"
      Then Katherine is told no more than that the wish was noted

    @needs.mocks
    Scenario: Somebody with an account gets the same answer
      When Ada asks for a new password
      Then Ada is told no more than that the wish was noted
      And Ada is sent the "reset your password" e-mail twice

@accounts @critical
Feature: Signing up
  A visitor opens an account with an e-mail address of their own.

  Why it matters
  - Revenue impact: high, nobody buys without an account
  - Failure cost: $30.00 per incident (assumption)
  - Frequency: 200 a day (assumption)
  - Owner: Accounts team
  - Depends on: e-mail provider, token store
  - Fails when (address-taken): one address ends up with two accounts
  - Fails when (bad-input): an address nobody can write to, or a password anybody can guess, is let in
  - Fails when (store-down): a visitor is told to try again, but half an account stays behind
  - Fails when (mail-down): the confirmation is lost because the e-mail provider was away for a minute

  Rule: A visitor opens an account with an address of their own

    @smoke @needs.mocks
    Scenario: Ada signs up
      When Ada signs up
      Then Ada has an account that waits for confirmation
      And Ada's password is kept so that nobody can read it
      And Ada is sent the "confirm your address" e-mail
      And one confirmation link is kept for 24 hours

    Scenario: Ada does not wait long
      When Ada signs up
      Then Ada is answered within 500 milliseconds
      And Ada has one account

    @failure @mode.address-taken
    Scenario: An address that already has an account
      Given Ada has an account
      When Ada signs up
      Then Ada is refused because that address is taken
      And Ada has one account

    @failure @mode.address-taken
    Scenario: The same address in capital letters
      Given Ada has an account
      When Ada signs up as "ADA@EXAMPLE.TEST"
      Then Ada is refused because that address is taken
      And Ada has one account

    @failure @mode.address-taken
    Scenario: Ada presses the button twice
      When Ada signs up twice at the same moment
      Then only one of them succeeds and the other is refused because that address is taken
      And Ada has one account

  Rule: The address can be written to and the password is not easily guessed

    Scenario: A password that is just long enough
      When Ada signs up with the password "Just-10-Ch"
      Then Ada has an account that waits for confirmation
      And Ada's password is kept so that nobody can read it

    @failure @mode.bad-input
    Scenario Outline: A password that is easily guessed
      When Ada signs up with the password "<password>"
      Then Ada is asked to correct the password
      And Ada has no account

      Examples: one rule broken at a time
        | password     | why                    |
        | Short-1pw    | nine characters        |
        | lower-case-1 | no upper-case letter   |
        | UPPER-CASE-1 | no lower-case letter   |
        | No-Digits-At | no digit               |

    @failure @mode.bad-input
    Scenario Outline: An address that nobody can write to
      When Ada signs up as "<address>"
      Then Ada is asked to correct the e-mail address
      And nobody has an account

      Examples:
        | address            | why              |
        | ada.example.test   | no @             |
        | ada@               | nothing behind @ |

  Rule: Trouble behind the scenes leaves no half account

    @failure @mode.store-down @needs.faults
    Scenario: The token store is down
      Given the token store is down
      When Ada signs up
      Then Ada is refused because the shop is out of order
      And Ada has no account
      And no e-mail is on its way to Ada

    @failure @mode.store-down @needs.faults
    Scenario: Ada tries again when the token store is back
      Given the token store is down
      And Ada has tried to sign up
      And the token store is back
      When Ada signs up
      Then Ada has an account that waits for confirmation
      And one confirmation link is kept for 24 hours

    @failure @mode.mail-down @needs.mocks
    Scenario: The e-mail provider is down
      Given the e-mail provider is down
      When Ada signs up
      Then Ada has an account that waits for confirmation
      And the "confirm your address" e-mail to Ada waits for another try

@accounts
Feature: Deleting an account
  A customer leaves, and nothing personal stays behind.

  Why it matters
  - Revenue impact: low, but a fine is due for personal data that is kept
  - Failure cost: $1,000.00 per incident (assumption)
  - Frequency: 10 a day (assumption)
  - Owner: Accounts team
  - Depends on: database, payment provider
  - Fails when (not-the-owner): somebody who does not know the password deletes the account
  - Fails when (data-kept): personal data is kept although the customer has left
  - Fails when (ghost): somebody works with an account that is gone
  - Fails when (locked-out): a customer who comes back cannot use their address
  - Fails when (pays-on): a customer who has left is charged again, or does not get back what was not used

  Background:
    Given Ada has an account with a phone number

  Rule: The password deletes the account, and everything personal with it

    @smoke
    Scenario: Ada leaves
      When Ada deletes the account
      Then Ada has no account
      And nothing personal of Ada is left
      And the shop remembers that Ada's account was deleted

    @failure @mode.data-kept
    Scenario: Ada has told of a company
      Given Ada has completed onboarding
      When Ada deletes the account
      Then nothing personal of Ada is left

    @failure @mode.data-kept @needs.mocks
    Scenario: An e-mail to Ada still waits
      Given the e-mail provider is down
      And Ada has asked for a new password in vain
      When Ada deletes the account
      Then nothing personal of Ada is left

    @failure @mode.not-the-owner
    Scenario: Somebody at Ada's desk does not know the password
      Given Ada is logged in
      When Ada deletes the account with a wrong password
      Then Ada is refused because the address or the password is wrong
      And Ada has one account
      And Ada's session goes on

    @failure @mode.not-the-owner
    Scenario: Somebody who is not logged in
      Given Ada is logged out
      When Ada deletes the account
      Then Ada is refused because nobody is logged in
      And Ada has one account
      And nothing has changed

  Rule: An account that is gone opens no door

    @failure @mode.ghost
    Scenario: Whoever was logged in is not any more
      Given Ada is logged in
      When Ada deletes the account
      Then Ada's session has ended

    @failure @mode.ghost
    Scenario: The old password opens nothing
      Given Ada has deleted the account
      When Ada logs in
      Then Ada is refused because the address or the password is wrong

    @failure @mode.locked-out
    Scenario: Ada comes back
      Given Ada has deleted the account
      When Ada signs up
      Then Ada has an account that waits for confirmation
      And the shop remembers that Ada's account was deleted

  Rule: A subscription ends with the account, and what was not used is paid back

    @failure @mode.pays-on @needs.mocks @needs.clock
    Scenario: Ada leaves in the middle of a period
      Given Ada is a subscriber of the pro plan
      And 15 days pass
      When Ada deletes the account
      Then Ada has no account
      And Ada's subscription to the pro plan is cancelled
      And Ada has got back $50.00 of what was paid for subscribing

    @failure @mode.pays-on @needs.mocks
    Scenario: The payment provider refuses the refund
      Given Ada is a subscriber of the pro plan
      And the payment provider refuses refunds
      When Ada deletes the account
      Then Ada is refused because the payment provider refuses the refund
      And Ada has one account
      And Ada's subscription to the pro plan is active

    @failure @mode.pays-on @needs.mocks
    Scenario: Nobody knows yet whether Ada has paid
      Given Ada has tried to pay $40.00 while the payment provider does not answer
      When Ada deletes the account
      Then Ada is refused because the payment is still in progress
      And Ada has one account

    @failure @mode.pays-on @needs.mocks @needs.clock
    Scenario: Nothing is charged after Ada has left
      Given Ada is a subscriber of the pro plan
      And Ada has deleted the account
      When 31 days pass, and the shop looks at what is due
      Then Ada has paid nothing for renewals
      And Ada has got back $99.99 of what was paid for subscribing

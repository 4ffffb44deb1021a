@accounts
Feature: Joining a project
  Somebody who was invited joins the project through the link in the e-mail.

  Why it matters
  - Revenue impact: medium, teams stay longer than people alone
  - Failure cost: $60.00 per incident (assumption)
  - Frequency: 50 a day (assumption)
  - Owner: Teams team
  - Depends on: e-mail provider, database
  - Fails when (link-expired): an invitation works long after it was sent
  - Fails when (joined-twice): one person is let in twice
  - Fails when (wrong-person): an invitation lets in somebody whom it was not sent to
  - Fails when (link-invalid): a guessed invitation lets somebody in

  Background:
    Given Ada and Linus have accounts
    And Ada has invited Linus to the project "Analytical Engine"

  Rule: Whom an invitation was sent to joins within seven days

    @smoke @needs.mocks
    Scenario: Linus joins
      When Linus accepts the invitation through the link
      Then Linus is a member of the project
      And Linus's invitation is accepted

    @needs.mocks
    Scenario: Somebody who was invited before opening an account
      Given Ada has invited Katherine
      And Katherine has an account
      When Katherine accepts the invitation through the link
      Then Katherine is a member of the project

    @needs.mocks @needs.clock
    Scenario: Linus joins on the last day
      Given 6 days and 23 hours pass
      When Linus accepts the invitation through the link
      Then Linus is a member of the project

    @failure @mode.link-expired @needs.mocks @needs.clock
    Scenario: Linus comes too late
      Given 7 days and 1 second pass
      When Linus accepts the invitation through the link
      Then Linus is refused because the link has expired
      And Linus is not a member of the project

    @failure @mode.joined-twice @needs.mocks
    Scenario: Linus follows the link again
      Given Linus has accepted the invitation
      When Linus accepts the invitation through the link
      Then Linus is refused because the invitation was already accepted
      And Linus is a member of the project

    @failure @mode.joined-twice @needs.mocks
    Scenario: Linus presses the button twice
      When Linus accepts the invitation twice at the same moment
      Then only one of them succeeds and the other is refused because the invitation was already accepted
      And Linus is a member of the project

    @failure @mode.wrong-person @needs.mocks
    Scenario: Somebody else follows the link
      Given Katherine has an account
      When Katherine accepts Linus's invitation
      Then Katherine is refused because there is no such thing
      And Katherine is not a member of the project

    @failure @mode.wrong-person @needs.mocks
    Scenario: Linus follows the link before logging in
      Given Linus is logged out
      When Linus accepts the invitation through the link
      Then Linus is refused because nobody is logged in
      And Linus is not a member of the project

    @failure @mode.link-invalid
    Scenario: A link that somebody made up
      When Linus accepts the invitation through a made-up link
      Then Linus is refused because the link is not valid
      And Linus is not a member of the project
      And nothing has changed

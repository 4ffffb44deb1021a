@accounts
Feature: Projects
  A customer opens a project and invites others to work on it.

  Why it matters
  - Revenue impact: medium, teams stay longer than people alone
  - Failure cost: $60.00 per incident (assumption)
  - Frequency: 80 a day (assumption)
  - Owner: Teams team
  - Depends on: e-mail provider, database
  - Fails when (stranger-invites): somebody who does not own a project lets others in
  - Fails when (invited-twice): one person is invited twice
  - Fails when (bad-input): a project without a name, or an invitation that nobody can receive

  Background:
    Given Ada and Linus have accounts
    And Ada has opened the project "Analytical Engine"

  Rule: A customer opens a project

    Scenario: Ada owns what she opened
      When Linus opens the project "Chemical Bond"
      Then Linus owns the project "Chemical Bond"
      And Ada owns the project "Analytical Engine"

    @failure @mode.bad-input
    Scenario: A project without a name
      When Linus opens a project without a name
      Then Linus is asked to correct the project name
      And Linus owns no project

    @failure @mode.stranger-invites
    Scenario: Somebody who is not logged in
      Given Linus is logged out
      When Linus opens the project "Chemical Bond"
      Then Linus is refused because nobody is logged in
      And Linus owns no project

  Rule: The owner invites others

    @smoke @needs.mocks
    Scenario: Ada invites Linus
      When Ada invites Linus
      Then Linus's invitation waits
      And Linus is sent the "project invitation" e-mail
      And Linus is not a member of the project

    @failure @mode.invited-twice
    Scenario: Ada invites Linus again
      Given Ada has invited Linus
      When Ada invites Linus
      Then Ada is refused because that person is already invited
      And Linus's invitation waits

    @failure @mode.invited-twice
    Scenario: Ada presses the button twice
      When Ada invites Linus twice at the same moment
      Then only one of them succeeds and the other is refused because that person is already invited
      And Linus's invitation waits

    @failure @mode.stranger-invites
    Scenario: Somebody invites to a project of somebody else
      When Linus invites Katherine
      Then Linus is refused because there is no such thing
      And Katherine is not invited
      And Katherine is sent no "project invitation" e-mail

    @failure @mode.stranger-invites @needs.mocks
    Scenario: A member is not the owner
      Given Ada has invited Linus
      And Linus has accepted the invitation
      When Linus invites Katherine
      Then Linus is refused because there is no such thing

    @failure @mode.bad-input
    Scenario: An address that nobody can write to
      When Ada invites "linus.example.test"
      Then Ada is asked to correct the e-mail address
      And nothing has changed

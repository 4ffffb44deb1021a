@accounts @critical
Feature: Bans
  An admin shuts a customer out for some hours, and only an admin can.

  Why it matters
  - Revenue impact: low, but fraud goes on while a ban does not hold
  - Failure cost: $250.00 per incident (assumption)
  - Frequency: 5 a day (assumption)
  - Owner: Trust team
  - Depends on: database
  - Fails when (ban-ignored): somebody who is banned goes on as before
  - Fails when (ban-abused): a customer shuts out another
  - Fails when (ban-endless): somebody stays shut out although the time is over

  Background:
    Given Ada and Grace have accounts

  Rule: An admin shuts a customer out for some hours

    @smoke
    Scenario: Grace bans Ada
      When Grace bans Ada for 24 hours
      Then Ada is banned for 24 hours
      And Grace is told that the ban ends in 24 hours

    @failure @mode.ban-ignored
    Scenario: Ada cannot log in while she is banned
      Given Grace has banned Ada for 24 hours
      When Ada logs in
      Then Ada is refused because the account is banned
      And Ada is told that the ban ends in 24 hours

    @failure @mode.ban-ignored
    Scenario: Ada cannot go on with what she began
      Given Ada is logged in
      And Grace has banned Ada for 24 hours
      When Ada opens the project "Analytical Engine"
      Then Ada is refused because the account is banned
      And Ada owns no project

    @failure @mode.ban-ignored @needs.clock
    Scenario: The ban holds to its last minute
      Given Grace has banned Ada for 24 hours
      And 23 hours and 59 minutes pass
      When Ada logs in
      Then Ada is refused because the account is banned
      And Ada is told that the ban ends in 1 minute

    @failure @mode.ban-endless @needs.clock
    Scenario: Ada is free when the time is over
      Given Grace has banned Ada for 24 hours
      And 24 hours and 1 second pass
      When Ada logs in
      Then Ada is logged in

  Rule: Only an admin shuts somebody out

    @failure @mode.ban-abused
    Scenario: A customer wants another customer banned
      Given Linus has an account
      When Linus bans Ada for 24 hours
      Then Linus is refused because only an admin may do that
      And Ada is not banned

    @failure @mode.ban-abused
    Scenario: Somebody who is not logged in wants a customer banned
      Given Grace is logged out
      When Grace bans Ada for 24 hours
      Then Grace is refused because nobody is logged in
      And Ada is not banned

    @failure @mode.ban-abused
    Scenario: A ban for no time at all
      When Grace bans Ada for 0 hours
      Then Grace is asked to correct the hours
      And Ada is not banned

    @failure @mode.ban-abused
    Scenario: A ban of somebody who has no account
      When Grace bans Katherine for 24 hours
      Then Grace is refused because there is no such thing

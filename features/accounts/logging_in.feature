@accounts @critical
Feature: Logging in
  A customer opens the account with the password, and nobody else does.

  Why it matters
  - Revenue impact: high, a customer who cannot log in cannot buy
  - Failure cost: $500.00 per incident (assumption)
  - Frequency: 3000 a day (assumption)
  - Owner: Accounts team
  - Depends on: database, token store
  - Fails when (wrong-password): somebody gets in with a wrong password, or learns who has an account
  - Fails when (not-confirmed): somebody uses an address that was never theirs
  - Fails when (guessing): a password can be guessed by trying again and again
  - Fails when (locked-too-long): a customer stays locked out although the time is over
  - Fails when (session-forged): somebody works with a session that the shop never gave, or that is over

  Background:
    Given Ada has an account

  Rule: The password opens the account

    @smoke
    Scenario: Ada logs in
      When Ada logs in
      Then Ada is logged in

    @failure @mode.wrong-password
    Scenario: Ada mistypes the password
      When Ada logs in with a wrong password
      Then Ada is refused because the address or the password is wrong

    @failure @mode.wrong-password
    Scenario: An address without an account gets the same answer
      When Ada and Katherine log in with a wrong password
      Then each of them is refused because the address or the password is wrong
      And all of them get the same answer

    @failure @mode.not-confirmed
    Scenario: The address was never confirmed
      Given Linus has signed up
      When Linus logs in
      Then Linus is refused because the address is not confirmed

    @failure @mode.not-confirmed
    Scenario: A stranger guesses at an account that was never confirmed
      Given Linus has signed up
      When Linus logs in with a wrong password
      Then Linus is refused because the address or the password is wrong

  Rule: Five wrong passwords within 15 minutes lock the account

    Scenario: Ada remembers the password at the last try
      Given Ada has typed a wrong password 4 times
      When Ada logs in
      Then Ada is logged in

    @failure @mode.guessing
    Scenario: The right password comes too late
      Given Ada has typed a wrong password 5 times
      When Ada logs in
      Then Ada is refused because there were too many attempts
      And Ada is told to try again in 15 minutes

    @failure @mode.guessing
    Scenario: A wrong password gets no other answer than a right one
      Given Ada has typed a wrong password 5 times
      When Ada logs in with a wrong password
      Then Ada is refused because there were too many attempts

    @failure @mode.guessing
    Scenario: Logging in between does not give more tries
      Given Ada has typed a wrong password 4 times
      And Ada is logged in
      And Ada has typed a wrong password once
      When Ada logs in
      Then Ada is refused because there were too many attempts

    @failure @mode.guessing
    Scenario: Five wrong passwords in five places at once
      Given a wrong password of Ada was typed 5 times at the same moment
      When Ada logs in
      Then Ada is refused because there were too many attempts

    @failure @mode.guessing
    Scenario: Eight wrong passwords in eight places at once
      When a wrong password of Ada is typed 8 times at the same moment
      Then 5 of them are refused because the address or the password is wrong
      And 3 of them are refused because there were too many attempts

    @failure @mode.guessing @needs.clock
    Scenario: The 15 minutes begin with the fifth wrong password
      Given Ada has typed a wrong password 4 times, and once more after 10 minutes
      And 14 minutes and 50 seconds pass
      When Ada logs in
      Then Ada is refused because there were too many attempts

    @failure @mode.guessing @needs.clock
    Scenario: Wrong passwords count wherever the 15 minutes begin
      Given Ada has typed a wrong password once
      And 10 minutes pass
      And Ada has typed a wrong password 3 times, and twice more after 6 minutes
      When Ada logs in
      Then Ada is refused because there were too many attempts

    @failure @mode.locked-too-long @needs.clock
    Scenario: Ada comes back after 15 minutes
      Given Ada has typed a wrong password 5 times
      And 15 minutes and 1 second pass
      When Ada logs in
      Then Ada is logged in

    @failure @mode.locked-too-long @needs.clock
    Scenario: Tries while the account is locked do not lock it for longer
      Given Ada has typed a wrong password 5 times, and once more after 14 minutes
      And 1 minute and 1 second pass
      When Ada logs in
      Then Ada is logged in

    @failure @mode.locked-too-long @needs.clock
    Scenario: Wrong passwords of long ago do not count
      Given Ada has typed a wrong password 4 times, and once more after 15 minutes and 1 second
      When Ada logs in
      Then Ada is logged in

    @failure @mode.locked-too-long
    Scenario: Guessing at one account does not lock another
      Given Linus has an account
      And Ada has typed a wrong password 5 times
      When Linus logs in
      Then Linus is logged in

  Rule: A session lives 30 days, and only the shop gives one

    @needs.clock
    Scenario: Ada comes back within the 30 days
      Given Ada is logged in
      When 29 days and 23 hours pass
      Then Ada's session goes on

    @failure @mode.session-forged @needs.clock
    Scenario: Ada comes back after 30 days
      Given Ada is logged in
      When 30 days and 1 second pass
      Then Ada's session has ended

    @failure @mode.session-forged
    Scenario Outline: A session that the shop never gave
      Given Ada holds a session that is <spoiled>
      When Ada opens the project "Analytical Engine"
      Then Ada is refused because nobody is logged in
      And Ada owns no project

      Examples:
        | spoiled   | why                                     |
        | forged    | its last characters were changed        |
        | cut short | half of it is missing                   |
        | empty     | nothing is shown in its place           |
        | made up   | it does not look like a session at all  |

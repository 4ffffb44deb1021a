@outages @critical
Feature: The token store fails
  Without its token store the shop sends no link that nobody could follow; it works again by itself when the
  token store is back, though that has forgotten everything.

  Why it matters
  - Revenue impact: medium, nobody new becomes a customer meanwhile
  - Failure cost: $300.00 per incident (assumption)
  - Frequency: 0.1 a day (assumption)
  - Owner: Platform team
  - Depends on: token store
  - Fails when (hanging): visitors wait for an answer that never comes
  - Fails when (stays-down): the shop does not work again until somebody starts it anew
  - Fails when (half-done): there is an account whose link nobody can follow
  - Fails when (let-in): a link that the token store has lost lets somebody in
  - Fails when (locked-out): a visitor whose link was lost never becomes a customer

  Rule: A visitor is told soon, and nothing is left half done

    @failure @mode.half-done @needs.faults
    Scenario: Linus signs up while the token store is down
      Given the token store is down
      When Linus signs up
      Then Linus is refused because the shop is out of order
      And Linus is told within 2 seconds to try again later
      And nobody has an account
      And no e-mail is on its way to Linus

    @failure @mode.hanging @needs.faults @needs.mocks
    Scenario: Linus confirms the address while the token store is down
      Given Linus has signed up
      And the token store is down
      When Linus confirms the address through the link
      Then Linus is refused because the shop is out of order
      And Linus is told within 2 seconds to try again later
      And Linus has an account that waits for confirmation

  Rule: The shop works again when the token store is back

    @failure @mode.stays-down @needs.faults
    Scenario: Ada logs in when the token store is back
      Given Ada has an account
      And the token store is down
      And the token store is back
      When Ada logs in
      Then Ada is logged in

    @failure @mode.let-in @needs.faults @needs.mocks
    Scenario: Linus follows a link that the token store has lost
      Given Linus has signed up
      And the token store is down
      And the token store is back
      When Linus confirms the address through the link
      Then Linus is refused because the link is not valid
      And Linus has an account that waits for confirmation

    @failure @mode.locked-out @needs.faults @needs.mocks
    Scenario: Linus asks for another link
      Given Linus has signed up
      And the token store is down
      And the token store is back
      And Linus has asked for another confirmation link
      When Linus confirms the address through the link
      Then Linus's address is confirmed

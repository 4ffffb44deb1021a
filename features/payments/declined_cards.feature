@payments @critical @needs.mocks
Feature: Declined cards
  A customer whose bank says no is told why, owes nothing, and can pay with another card.

  Why it matters
  - Revenue impact: high, a customer who cannot try again is a sale lost
  - Failure cost: $60.00 per incident (assumption)
  - Frequency: 25 a day (assumption)
  - Owner: Payments team
  - Depends on: payment provider
  - Fails when (reason-hidden): the customer is not told why and gives up
  - Fails when (paid-anyway): a payment is in the books although the bank said no
  - Fails when (no-second-try): another card is turned down because the first one was

  Background:
    Given Ada has an account

  Rule: The customer is told the bank's reason

    @failure @mode.reason-hidden
    Scenario Outline: The bank says no
      When Ada pays $40.00 with <card>
      Then Ada is refused because the card is declined
      And Ada is told the bank's reason "<reason>"
      And Ada's failed attempt is kept with the reason "<reason>"
      And nothing has changed but the attempts to pay

      Examples: reasons of banks
        | card                              | reason             | why                                 |
        | an empty card                     | insufficient funds | the most frequent reason            |
        | a lost card                       | lost card          | the owner has reported it           |
        | a stolen card                     | stolen card        | the police are looking for it       |
        | a card of a bank that says no more | generic decline    | the bank keeps its reason to itself |

  Rule: Another card is a new try

    Scenario: Ada pays with another card
      Given Ada has tried to pay $40.00 with an empty card
      When Ada pays $40.00 with another valid card
      Then Ada is told that $40.00 is paid
      And Ada has paid $40.00 once
      And Ada has one failed attempt to pay

    @failure @mode.no-second-try
    Scenario: The second card is declined too, the third one is good
      Given Ada has tried to pay $40.00 with an empty card
      And Ada has tried to pay $40.00 with a lost card
      When Ada pays $40.00 with a valid card
      Then Ada has paid $40.00 once
      And Ada has two failed attempts to pay

    @failure @mode.paid-anyway
    Scenario: One customer's declined card is no trouble of another customer
      Given Linus has an account
      And Ada has tried to pay $40.00 with an empty card
      When Linus pays $40.00
      Then Linus has paid $40.00 once
      And Ada has paid nothing

@payments @critical @needs.mocks
Feature: Paying by card
  A customer pays by card; the customer, the shop's books and the payment provider agree on the money.

  Why it matters
  - Revenue impact: high, this is the money coming in
  - Failure cost: $60.00 per incident (assumption)
  - Frequency: 300 a day (assumption)
  - Owner: Payments team
  - Depends on: payment provider, database
  - Fails when (bad-amount): a card is charged an amount that nobody can have meant
  - Fails when (bad-input): a payment that says too little, or nonsense, reaches the payment provider
  - Fails when (stranger): a card is charged for somebody who is not logged in
  - Fails when (shop-down): a card is charged, or a payment confirmed, that the shop cannot write down

  Background:
    Given Ada has an account

  Rule: The card is charged once, with what the customer was told

    @smoke
    Scenario: Ada pays
      When Ada pays $40.00
      Then Ada is told that $40.00 is paid
      And Ada has paid $40.00 once

    Scenario: Ada pays in euros
      When Ada pays €40.00
      Then Ada has paid €40.00 once

    Scenario: Two purchases of the same price are two payments
      Given Ada has paid $40.00
      When Ada pays $40.00
      Then Ada has paid $40.00 twice

    Scenario: Ada brings no key, so the shop makes one
      When Ada pays $40.00 without a key
      Then Ada is given a key for the payment
      And Ada has paid $40.00 once

  Rule: An amount is at least one cent and at most $999,999.99

    Scenario Outline: An amount at the edge is charged
      When Ada pays <amount>
      Then Ada has paid <amount> once

      Examples:
        | amount      | why                   |
        | $0.01       | the smallest there is |
        | $999,999.99 | the largest there is  |

    @failure @mode.bad-amount
    Scenario Outline: An amount beyond the edge is refused before the payment provider hears of it
      When Ada pays <amount>
      Then Ada is asked to correct the amount
      And the payment provider hears nothing of it
      And Ada has paid nothing

      Examples:
        | amount        | why                 |
        | $0.00         | nothing to pay      |
        | -$5.00        | the wrong direction |
        | $1,000,000.00 | one cent too much   |

    @failure @mode.bad-amount
    Scenario Outline: An amount that is no number of cents
      When Ada pays the amount "<amount>"
      Then Ada is asked to correct the amount
      And the payment provider hears nothing of it

      Examples:
        | amount | why         |
        | forty  | a word      |
        | 40.5   | half a cent |

  Rule: A payment says by whom, with what card and in what currency

    @failure @mode.stranger
    Scenario: Nobody is charged without being logged in
      Given Ada is logged out
      When Ada pays $40.00
      Then Ada is refused because nobody is logged in
      And the payment provider hears nothing of it
      And Ada has paid nothing

    @failure @mode.bad-input
    Scenario: The card is missing
      When Ada pays $40.00 without a card
      Then Ada is asked to correct the card
      And the payment provider hears nothing of it

    @failure @mode.bad-input
    Scenario: A currency that does not exist
      When Ada pays $40.00 in the currency "dollars"
      Then Ada is asked to correct the currency
      And the payment provider hears nothing of it

  Rule: Nobody is told "paid" while the shop cannot write it down

    @failure @mode.shop-down @needs.faults
    Scenario: The database is down
      Given Ada is logged in
      And the database is down
      When Ada pays $40.00
      Then Ada is refused because the shop is out of order
      And the payment provider hears nothing of it

    @failure @mode.shop-down @needs.faults
    Scenario: The database goes down in the middle
      Given the database goes down while the payment provider takes the money and then falls silent
      When Ada pays $40.00
      Then Ada is refused because the shop is out of order
      And Ada is told within 2 seconds to try again later

@orders @critical @needs.mocks
Feature: Placing an order
  A customer orders goods and pays for them. Stock, payment, order and confirmation agree, or there is none
  of them.

  Why it matters
  - Revenue impact: high, this is what the shop lives on
  - Failure cost: $70.00 per incident (assumption)
  - Frequency: 200 a day (assumption)
  - Owner: Orders team
  - Depends on: products, payment provider, e-mail provider, database
  - Fails when (half-done): an order is paid and not on record, or on record and not paid
  - Fails when (oversold): goods are sold that are not there
  - Fails when (nonsense): an order that nobody can have meant is taken, or charged
  - Fails when (stranger): somebody who is not logged in orders

  Background:
    Given the shop has 5 lamps and 3 desks
    And Ada and Linus have accounts

  Rule: Stock, payment, order and confirmation agree

    @smoke
    Scenario: Ada orders
      When Ada orders 2 lamps and a desk
      Then Ada is told that the order over $330.50 is confirmed
      And Ada has bought 2 lamps and a desk for $330.50
      And the shop has 3 lamps and 2 desks left

    Scenario: The confirmation is sent
      When Ada orders a lamp
      Then Ada is sent the "order confirmed" e-mail once

    Scenario: Two customers order the same
      Given Linus has bought 2 lamps
      When Ada orders 2 lamps
      Then Ada has bought 2 lamps for $80.00
      And Linus has bought 2 lamps for $80.00
      And the shop has a lamp left

    Scenario: Nothing else comes of an order
      When Ada orders a lamp
      Then nothing has changed but the goods, the orders, the attempts to pay, the payments and the messages

    @failure @mode.half-done
    Scenario: The e-mail provider is down
      Given the e-mail provider is down
      When Ada orders a lamp
      Then Ada has bought a lamp for $40.00
      And the "order confirmed" e-mail to Ada waits for another try

  Rule: Only what is there is sold

    Scenario: Ada orders all there are
      When Ada orders 5 lamps
      Then Ada has bought 5 lamps for $200.00
      And the shop has no lamps left

    @failure @mode.oversold
    Scenario Outline: There is not enough
      When Ada orders <goods>
      Then Ada is refused because there is not enough in stock
      And the payment provider hears nothing of it
      And Ada has bought nothing

      Examples:
        | goods              | why                                 |
        | 6 lamps            | one more than there are             |
        | a lamp and 4 desks | enough of the one, not of the other |

  Rule: An order says what, how many, and for whom

    @failure @mode.nonsense
    Scenario Outline: Goods that the shop does not have
      When Ada orders <goods>
      Then Ada is refused because there is no such thing
      And the payment provider hears nothing of it
      And nothing has changed

      Examples:
        | goods                | why                                |
        | a unicorn            | nobody ever put it on sale         |
        | a lamp and a unicorn | one of the goods is there, one not |

    @failure @mode.nonsense
    Scenario Outline: Quantities that nobody can have meant
      When Ada orders <goods>
      Then Ada is refused because the input breaks a rule
      And the payment provider hears nothing of it
      And nothing has changed

      Examples:
        | goods              | why                                    |
        | 0 lamps            | nothing                                |
        | -1 lamps           | the shop would pay the customer        |
        | a lamp and 0 desks | one of the quantities is good, one not |

    @failure @mode.nonsense
    Scenario: The basket is empty
      When Ada orders nothing at all
      Then Ada is refused because the input breaks a rule
      And the payment provider hears nothing of it
      And nothing has changed

    @failure @mode.stranger
    Scenario: Nobody is logged in
      Given Ada is logged out
      When Ada orders a lamp
      Then Ada is refused because nobody is logged in
      And the payment provider hears nothing of it
      And nothing has changed

@orders @critical @needs.mocks
Feature: Many customers want the same goods
  However many customers order the same goods at one moment, each of the goods is sold once, and everybody
  gets an answer that is true.

  Why it matters
  - Revenue impact: high, on the days with the best sales
  - Failure cost: $110.00 per incident (assumption)
  - Frequency: 8 a day (assumption)
  - Owner: Orders team
  - Depends on: products, payment provider, database
  - Fails when (oversold): one thing is sold to two customers
  - Fails when (charged-anyway): a customer who comes too late is charged
  - Fails when (standstill): orders wait for each other until somebody is told that the shop is broken
  - Fails when (never-sold): the last of the goods is kept for nobody

  Rule: The last one is sold once

    @smoke @failure @mode.oversold
    Scenario: Two customers want the last lamp
      Given the shop has a lamp
      And Ada and Linus have accounts
      When Ada and Linus order a lamp at the same moment
      Then only one of them succeeds and the other is refused because there is not enough in stock
      And everybody has got and paid exactly what the shop told them
      And the shop has no lamps left

    @failure @mode.charged-anyway
    Scenario: Ten customers want the last lamp
      Given the shop has a lamp
      And there are 10 visitors with accounts
      When all visitors order a lamp at the same moment
      Then only one of them succeeds and the others are refused because there is not enough in stock
      And the payment provider is asked for money once
      And everybody has got and paid exactly what the shop told them

    @failure @mode.charged-anyway
    Scenario: There is enough for each of two customers, but not for both
      Given the shop has 5 lamps
      And Ada and Linus have accounts
      When Ada and Linus order 3 lamps at the same moment
      Then only one of them succeeds and the other is refused because there is not enough in stock
      And everybody has got and paid exactly what the shop told them
      And the shop has 2 lamps left

    @failure @mode.never-sold
    Scenario: The first customer cannot pay for the last lamp
      Given the shop has a lamp
      And Ada and Linus have accounts
      And Ada has tried to order a lamp with an empty card
      When Linus orders a lamp
      Then Linus has bought a lamp for $40.00
      And Ada has bought nothing

  Rule: Nobody stands in the way of an order for good

    @failure @mode.standstill
    Scenario: Customers want the same goods in opposite order
      Given the shop has 20 lamps and 20 desks
      And there are 6 visitors with accounts
      When all visitors order a lamp and a desk at the same moment, every other one in the opposite order
      Then everybody has got and paid exactly what the shop told them

    @failure @mode.standstill
    Scenario: Somebody counts the goods meanwhile
      Given Ada is a customer of a shop that has 5 lamps
      When Ada orders 2 lamps while a clerk counts them
      Then everybody has got and paid exactly what the shop told them

    @failure @mode.standstill
    Scenario: Somebody counts the goods, and each waits for the other
      Given Ada is a customer of a shop that has 5 lamps and 3 desks
      When Ada orders a lamp and a desk while a clerk counts them crosswise
      Then everybody has got and paid exactly what the shop told them
      And the database has broken the deadlock of clerk and shop

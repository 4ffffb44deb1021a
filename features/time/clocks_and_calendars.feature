@time @needs.clock
Feature: Clocks and calendars
  A day has 24 hours and a period 30 days, wherever the shop stands and whatever the clocks there do.

  Why it matters
  - Revenue impact: medium, wrong refunds and support time, on the same few days every year
  - Failure cost: $400.00 per incident (assumption)
  - Frequency: 0.01 a day (assumption)
  - Owner: Platform team
  - Depends on: nothing
  - Fails when (cut-short): what was to last a day ends an hour early
  - Fails when (drawn-out): what was to last a day or an hour goes on for an hour more
  - Fails when (wrong-price): the customer gets back too much or too little

  Background:
    Given Ada has an account

  Rule: A day has 24 hours, also when the clocks are changed

    @failure @mode.cut-short
    Scenario Outline: A ban holds to its last minute when the clocks go forward
      Given it is <evening>
      And Grace has an account
      And Grace has banned Ada for 24 hours
      And 23 hours and 59 minutes pass
      When Ada logs in
      Then Ada is refused because the account is banned

      Examples:
        | evening             | why                              |
        | 28 March 2026 21:00 | that night in Europe             |
        | 7 March 2026 21:00  | that night in North America      |

    @failure @mode.drawn-out @needs.mocks
    Scenario Outline: A link is too old after 24 hours when the clocks go back
      Given it is <evening>
      And Linus has signed up
      And 24 hours and 1 second pass
      When Linus confirms the address through the link
      Then Linus is refused because the link has expired
      And Linus has an account that waits for confirmation

      Examples:
        | evening               | why                         |
        | 24 October 2026 21:00 | that night in Europe        |
        | 31 October 2026 21:00 | that night in North America |

    @failure @mode.drawn-out
    Scenario Outline: Ada comes back after 15 minutes in the hour that there is twice
      Given it is <moment>
      And Ada has typed a wrong password 5 times
      And 15 minutes and 1 second pass
      When Ada logs in
      Then Ada is logged in

      Examples:
        | moment                | why                                      |
        | 25 October 2026 00:50 | the clocks go back meanwhile, in Europe  |
        | 1 November 2026 05:50 | and in the east of North America         |

  Rule: A period has 30 days, whatever the calendar says

    @failure @mode.wrong-price @needs.mocks
    Scenario Outline: Half a period is half the price
      Given it is <day>
      And Ada is a subscriber of the pro plan
      And 15 days pass
      When Ada cancels the subscription
      Then Ada is told that the subscription is cancelled and $50.00 is given back
      And Ada has got back $50.00 of what was paid for subscribing

      Examples:
        | day              | why                               |
        | 20 February 2028 | a leap day is among the 15        |
        | 20 March 2026    | the clocks go forward meanwhile   |
        | 20 October 2026  | the clocks go back meanwhile      |

    @needs.mocks
    Scenario: The last hour of the 15th day
      Given it is 20 March 2026
      And Ada is a subscriber of the pro plan
      And 14 days and 23 hours and 30 minutes pass
      When Ada cancels the subscription
      Then Ada has got back $53.33 of what was paid for subscribing

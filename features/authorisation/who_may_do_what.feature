@authorisation @critical @needs.mocks
Feature: Who may do what
  What belongs to a customer is nobody else's business, and what only an admin may do no customer does.

  Why it matters
  - Revenue impact: high, one leak of customers' data costs more than a year of outages
  - Failure cost: $25,000.00 per incident (assumption)
  - Frequency: 0.02 a day (assumption)
  - Owner: Trust team
  - Depends on: accounts
  - Fails when (no-session): somebody who is not logged in does what takes an account
  - Fails when (somebody-elses): a customer sees or changes what belongs to another
  - Fails when (not-an-admin): a customer does what only an admin may
  - Fails when (banned): somebody who is banned goes on in a session of before

  Background:
    Given Ada and Linus have accounts

  Rule: Who is not logged in does nothing that takes an account

    @failure @mode.no-session
    Scenario Outline: Linus is not logged in
      Given Ada is about to <action>
      And Linus is logged out
      When Linus tries to <action> in Ada's place
      Then Linus is refused because nobody is logged in
      And nothing has changed
      But Ada can <action>

      Examples:
        | action                         | why                               |
        | complete onboarding            | it is Ada's company               |
        | open a project                 | somebody has to own it            |
        | invite somebody to the project | it is Ada's project               |
        | accept the invitation          | it was sent to Ada                |
        | delete the account             | it is Ada's account               |
        | pay by card                    | somebody has to have paid         |
        | get the money back             | it is Ada's money                 |
        | subscribe                      | somebody has to be the subscriber |
        | look at the subscription       | it is nobody else's business      |
        | change the plan                | it is Ada's subscription          |
        | cancel the subscription        | it is Ada's subscription          |
        | order a lamp                   | somebody has to get it            |
        | look at the order              | it is nobody else's business      |
        | cancel the order               | it is Ada's order                 |

    @failure @mode.no-session
    Scenario Outline: Linus is not logged in, and wants what only an admin may
      Given Grace has an account
      And Grace is about to <action>
      And Linus is logged out
      When Linus tries to <action> in Grace's place
      Then Linus is refused because nobody is logged in
      And nothing has changed

      Examples:
        | action        | why                        |
        | ban somebody  | that shuts a customer out  |
        | pack an order | that is for the warehouse  |
        | ship an order | the goods would be gone    |

  Rule: What belongs to Ada does not exist for Linus

    @failure @mode.somebody-elses
    Scenario Outline: Linus tries it with what belongs to Ada
      Given Ada is about to <action>
      When Linus tries to <action> in Ada's place
      Then Linus is refused because there is no such thing
      And nothing has changed
      But Ada can <action>

      Examples:
        | action                         | why                                      |
        | invite somebody to the project | only its owner says who works on it      |
        | accept the invitation          | it was sent to Ada's address             |
        | get the money back             | it would go to Ada's card, but who knows |
        | look at the subscription       | it is nobody else's business             |
        | change the plan                | Ada would pay for it                     |
        | cancel the subscription        | Ada would lose what was paid for         |
        | look at the order              | it is nobody else's business             |
        | cancel the order               | Ada waits for the lamp                   |

  Rule: What only an admin may do no customer does

    @failure @mode.not-an-admin
    Scenario Outline: Linus is no admin
      Given Grace has an account
      And Grace is about to <action>
      When Linus tries to <action> in Grace's place
      Then Linus is refused because only an admin may do that
      And nothing has changed
      But Grace can <action>

      Examples:
        | action        | why                          |
        | ban somebody  | a rival would shut out all   |
        | pack an order | it would never be packed     |
        | ship an order | goods would go who knows how |

  Rule: Who is banned does nothing more, in whatever session

    @failure @mode.banned
    Scenario Outline: Ada is banned while she is at it
      Given Grace has an account
      And Ada is about to <action>
      And Grace has banned Ada for 24 hours
      When Ada tries to <action> in Ada's place
      Then Ada is refused because the account is banned
      And nothing has changed

      Examples:
        | action                  | why                              |
        | complete onboarding     | an account is used               |
        | open a project          | something is begun               |
        | pay by card             | money moves                      |
        | order a lamp            | goods move                       |
        | cancel the subscription | even what is in Ada's own favour |

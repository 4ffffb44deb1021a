@operations
Feature: Nonsense
  Whatever somebody sends, the shop says in one manner what is wrong with it.

  Why it matters
  - Revenue impact: medium, partners build on the shop's answers
  - Failure cost: $80.00 per incident (assumption)
  - Frequency: 40 a day (assumption)
  - Owner: Platform team
  - Depends on: nothing
  - Fails when (unreadable): a form that cannot be read breaks the shop, or is taken for something else
  - Fails when (bad-entry): the customer is not told which entry is wrong, or a bad one is kept
  - Fails when (lost): somebody who asks for what does not exist gets an answer nobody can read

  Rule: A form that cannot be read is refused as such

    @failure @mode.unreadable
    Scenario Outline: A form that cannot be read
      When Ada signs up with a form that is <form>
      Then Ada is refused because the form cannot be read
      And nobody has an account

      Examples:
        | form                           | why                              |
        | cut off in the middle          | the connection was lost          |
        | full of bytes that are no text | a broken program wrote it        |
        | a shopping list                | it was never meant as a form     |

  Rule: Each bad entry is named

    @failure @mode.bad-entry
    Scenario Outline: An entry that is missing
      When Ada signs up without the <entry>
      Then Ada is asked to correct the <entry>
      And nobody has an account

      Examples:
        | entry          | why                         |
        | e-mail address | the link has nowhere to go  |
        | password       | anybody could log in        |
        | full name      | nobody could be addressed   |

    @failure @mode.bad-entry
    Scenario Outline: An entry of the wrong kind
      When Ada signs up with a number for the <entry>
      Then Ada is asked to correct the <entry>
      And nobody has an account

      Examples:
        | entry          | why                         |
        | e-mail address | a number is no address      |
        | password       | a number is no password     |
        | full name      | a number is no name         |

    @failure @mode.bad-entry
    Scenario Outline: A name that nobody can keep
      When Ada signs up with <character> in the full name
      Then Ada is asked to correct the full name
      And nobody has an account

      Examples:
        | character        | why                                     |
        | a zero character | databases end a text at it              |
        | half a character | it was cut in the middle of a character |

  Rule: What does not exist is said not to exist

    @failure @mode.lost
    Scenario: Ada asks for something that does not exist
      Given Ada has an account
      When Ada asks for something that does not exist
      Then Ada is refused because there is no such thing

@accounts
Feature: Onboarding
  A new customer tells once what company they come from.

  Why it matters
  - Revenue impact: medium, offers are made by company size
  - Failure cost: $15.00 per incident (assumption)
  - Frequency: 150 a day (assumption)
  - Owner: Growth team
  - Depends on: database
  - Fails when (told-twice): what a customer told first is overwritten, or kept twice
  - Fails when (bad-input): a company is kept that no offer can be made to
  - Fails when (no-session): somebody tells a company for an account that is not theirs

  Background:
    Given Ada has an account

  Rule: A customer tells of the company once

    @smoke
    Scenario Outline: Ada tells of a team
      When Ada completes onboarding with a team of "<team>"
      Then Ada is onboarded with a team of "<team>"

      Examples: every size that can be chosen
        | team   | why            |
        | 1-9    | the smallest   |
        | 10-50  | a small one    |
        | 51-200 | a larger one   |
        | 201+   | the largest    |

    @failure @mode.told-twice
    Scenario: Ada tells of the company again
      Given Ada has completed onboarding
      When Ada completes onboarding with a team of "201+"
      Then Ada is refused because onboarding is already done
      And Ada is onboarded with a team of "10-50"

    @failure @mode.told-twice
    Scenario: Ada presses the button twice
      When Ada completes onboarding twice at the same moment
      Then only one of them succeeds and the other is refused because onboarding is already done
      And Ada is onboarded with a team of "10-50"

  Rule: A company has a size that can be chosen

    @failure @mode.bad-input
    Scenario Outline: A team of a size that cannot be chosen
      When Ada completes onboarding with a team of "<team>"
      Then Ada is asked to correct the team size
      And Ada is not onboarded

      Examples:
        | team  | why                              |
        | 0     | nobody                           |
        | 1-10  | nearly the smallest              |
        | 200+  | nearly the largest               |
        | many  | no number                        |

  Rule: A customer tells of their own company

    @failure @mode.no-session
    Scenario: Somebody who is not logged in
      Given Ada is logged out
      When Ada completes onboarding
      Then Ada is refused because nobody is logged in
      And Ada is not onboarded

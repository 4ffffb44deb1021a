"""The rounds that the shop's worker makes, seen from outside."""

from datetime import timedelta

from support.data.people import Person
from support.drivers.accounts import Accounts
from support.drivers.notifications import Notifications
from support.drivers.time import Time

RESET = "reset_password"


class Rounds:
    """Tells when the worker has looked at everything, so that what it left alone can be asserted."""

    def __init__(self, time: Time, accounts: Accounts, notifications: Notifications) -> None:
        self._time = time
        self._accounts = accounts
        self._notifications = notifications

    def let_pass(self, lapse: timedelta, bystander: Person) -> None:
        """Let time pass, and wait until the worker has been round after that.

        It has been when it has delivered, one after the other, two e-mails that a bystander asked for: after
        the first it came to all its other work before it came to the second.
        """
        self._time.let_pass(lapse)
        self._accounts.open([bystander])
        for _ in range(2):
            self._accounts.ask_for_reset(bystander)
            self._notifications.delivered(bystander, RESET)

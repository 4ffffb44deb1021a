"""Links: read from the e-mails as they arrived, newest and earlier told apart."""

from dataclasses import dataclass

import pytest

from support.data import people
from support.drivers.links import CONFIRMATION, EARLIER, MADE_UP, NEWEST, Links

ADA = people.find("Ada")


@dataclass
class Mail:
    subject: str
    body: str


class Mailbox:
    """Stands in for the driver of notifications: one e-mail of each kind, the newest."""

    def __init__(self) -> None:
        self.newest = {
            "verify_email": Mail("Confirm", "Follow https://shop.example/verify?token=confirm-" + "1" * 20),
            "reset_password": Mail(
                "Reset", '<a href="https://shop.example/r?x=1&token=reset-' + "1" * 20 + '">'
            ),
        }

    def delivered(self, person: people.Person, template: str) -> Mail:
        return self.newest[template]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def links(mailbox: Mailbox) -> Links:
    return Links(mailbox)  # type: ignore[arg-type]


def test_the_token_is_read_from_the_link(links: Links) -> None:
    assert links.token(ADA, "verify_email", NEWEST) == "confirm-" + "1" * 20
    assert links.token(ADA, "reset_password", NEWEST) == "reset-" + "1" * 20


def test_the_earlier_link_is_the_first_that_arrived(links: Links, mailbox: Mailbox) -> None:
    links.keep(ADA, "verify_email")
    mailbox.newest["verify_email"].body = "https://shop.example/verify?token=confirm-" + "2" * 20
    assert links.token(ADA, "verify_email", NEWEST) == "confirm-" + "2" * 20
    assert links.token(ADA, "verify_email", EARLIER) == "confirm-" + "1" * 20


def test_without_a_second_link_there_is_no_earlier_one(links: Links) -> None:
    with pytest.raises(AssertionError, match="Ada was sent only one link"):
        links.token(ADA, "verify_email", EARLIER)


def test_a_link_for_something_else_is_taken_from_its_own_mail(links: Links) -> None:
    assert links.token(ADA, "reset_password", CONFIRMATION) == "confirm-" + "1" * 20


def test_a_made_up_link_needs_no_mail(links: Links, mailbox: Mailbox) -> None:
    mailbox.newest.clear()
    assert links.token(ADA, "verify_email", "a link cut short") == MADE_UP["a link cut short"]


def test_a_mail_without_an_absolute_link_is_told(links: Links, mailbox: Mailbox) -> None:
    mailbox.newest["verify_email"].body = "Go to /verify?token=" + "1" * 20
    with pytest.raises(AssertionError, match="has no absolute link with a token"):
        links.token(ADA, "verify_email", NEWEST)

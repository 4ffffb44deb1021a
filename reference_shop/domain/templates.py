"""The texts of all messages. Values are put in by name; amounts come as decimals, such as 28.00."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Template:
    """One e-mail's subject and plain-text body, with {names} where values go."""

    subject: str
    body: str


GREETING = "Hello {full_name},\n\n"
CLOSING = "\n\nThe Shop"

EMAILS = {
    "verify_email": Template(
        "Please confirm your e-mail address",
        GREETING
        + "Welcome! Please confirm that this address is yours by opening this link within 24 hours:\n\n"
        + "{link}\n\nIf you did not sign up, you need not do anything."
        + CLOSING,
    ),
    "reset_password": Template(
        "Choose a new password",
        GREETING
        + "You can choose a new password by opening this link within one hour:\n\n"
        + "{link}\n\nIf you did not ask for this, your password stays as it is."
        + CLOSING,
    ),
    "project_invitation": Template(
        "You are invited to {project_name}",
        "Hello,\n\nYou are invited to work on the project “{project_name}”. "
        + "Please accept by opening this link within seven days:\n\n{link}"
        + CLOSING,
    ),
    "order_confirmation": Template(
        "Your order {order_id} is confirmed",
        GREETING
        + "Thank you for your order.\n\nOrder number: {order_id}\nTotal: {total}\n\n"
        + "We will tell you when it is on its way."
        + CLOSING,
    ),
    "order_shipped": Template(
        "Your order {order_id} is on its way",
        GREETING + "Your order {order_id} has left us. Its tracking number is {tracking_number}." + CLOSING,
    ),
    "order_cancelled": Template(
        "Your order {order_id} is cancelled",
        GREETING + "Your order {order_id} is cancelled. You get {refund} back." + CLOSING,
    ),
    "renewal_receipt": Template(
        "Your subscription is renewed",
        GREETING
        + "Your plan {plan_id} is renewed. You paid {amount} by card and {credit} by credit. "
        + "The next renewal is on {renewal_date}."
        + CLOSING,
    ),
    "payment_failed": Template(
        "We could not renew your subscription",
        GREETING
        + "Your card was declined when we tried to renew your plan {plan_id} for {amount}. "
        + "We will try again on {next_try}."
        + CLOSING,
    ),
    "subscription_cancelled": Template(
        "Your subscription has ended",
        GREETING + "Your plan {plan_id} has ended, because it could not be renewed." + CLOSING,
    ),
}

TEXTS = {
    "order_shipped": "The Shop: your order {order_id} is on its way. Tracking number: {tracking_number}",
}

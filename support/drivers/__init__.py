"""Business verbs. The only place that knows endpoints and tables: what an adopter edits."""

from dataclasses import dataclass

from support.database.changes import ChangeWatch
from support.database.database import Database
from support.database.token_store import TokenStore
from support.drivers.accounts import Accounts
from support.drivers.baselines import Baselines
from support.drivers.books import Books
from support.drivers.changes import Changes
from support.drivers.clerk import Clerk
from support.drivers.client import Client
from support.drivers.copies import Copies
from support.drivers.links import Links
from support.drivers.notifications import Notifications
from support.drivers.operations import Operations
from support.drivers.order_books import OrderBooks
from support.drivers.orders import Orders
from support.drivers.payments import Payments
from support.drivers.permissions import Permissions
from support.drivers.products import Products
from support.drivers.projects import Projects
from support.drivers.rounds import Rounds
from support.drivers.submissions import Submissions
from support.drivers.subscription_books import SubscriptionBooks
from support.drivers.subscriptions import Subscriptions
from support.drivers.third_parties import ThirdParties
from support.drivers.time import Time
from support.drivers.webhooks import Webhooks
from support.providers import Providers
from support.stack.base import Stack


@dataclass(frozen=True)
class Drivers:
    """One driver for each noun of the phrasebook, made anew for every scenario."""

    accounts: Accounts
    baselines: Baselines
    books: Books
    changes: Changes
    clerk: Clerk
    copies: Copies
    notifications: Notifications
    operations: Operations
    order_books: OrderBooks
    orders: Orders
    payments: Payments
    permissions: Permissions
    products: Products
    projects: Projects
    rounds: Rounds
    submissions: Submissions
    subscription_books: SubscriptionBooks
    subscriptions: Subscriptions
    third_parties: ThirdParties
    time: Time
    webhooks: Webhooks

    @classmethod
    def on(
        cls,
        client: Client,
        database: Database,
        token_store: TokenStore,
        stack: Stack,
        providers: Providers,
        payment_timeout_s: float,
        watch: ChangeWatch,
    ) -> "Drivers":
        """Return the drivers for the app of `stack`: `client` calls it, the others look into its stores."""
        time = Time(stack.clock, token_store)
        notifications = Notifications(database, providers, time)
        links = Links(notifications)
        accounts = Accounts(client, database, token_store, time, links)
        books = Books(database, accounts, providers, time)
        third_parties = ThirdParties(providers)
        submissions = Submissions()
        payments = Payments(client, accounts, books, providers, third_parties, submissions, payment_timeout_s)
        subscriptions = Subscriptions(client, database, accounts, providers, third_parties, time, submissions)
        projects = Projects(client, database, accounts, links)
        operations = Operations(client, stack.faults, stack.database_url)
        products = Products(database)
        clerk = Clerk(stack.database_url, database)
        orders = Orders(
            client,
            database,
            accounts,
            books,
            providers,
            third_parties,
            operations,
            submissions,
            clerk,
            products,
        )
        return cls(
            accounts=accounts,
            baselines=Baselines(client, database, accounts, payments),
            books=books,
            changes=Changes(watch.so_far),
            clerk=clerk,
            copies=Copies(stack, providers),
            notifications=notifications,
            operations=operations,
            order_books=OrderBooks(database, accounts, books, orders, products, notifications),
            orders=orders,
            payments=payments,
            permissions=Permissions(accounts, orders, payments, products, projects, subscriptions),
            projects=projects,
            products=products,
            rounds=Rounds(time, accounts, notifications),
            submissions=submissions,
            subscription_books=SubscriptionBooks(database, accounts, subscriptions, books, providers, time),
            subscriptions=subscriptions,
            third_parties=third_parties,
            time=time,
            webhooks=Webhooks(client, database, providers, time, books),
        )

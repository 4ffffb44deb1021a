"""The shop: accounts and payments as an HTTP service, with a worker for what need not happen at once."""

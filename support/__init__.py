"""What the steps stand on: drivers, the stack, stub providers, the database, data and evidence."""

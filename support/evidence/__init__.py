"""What a reader sees of a run: exchanges, rows, provider calls, e-mails, the report and the terminal."""

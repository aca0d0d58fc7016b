"""People with accounts: clerks, their passwords and their sessions."""

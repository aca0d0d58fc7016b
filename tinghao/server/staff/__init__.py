"""People with accounts: their roles, skills, passwords and sessions."""

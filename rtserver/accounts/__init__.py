"""People and platforms: their accounts, logins, tokens and keys (contract 2.1, 3.1)."""

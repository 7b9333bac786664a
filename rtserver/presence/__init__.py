"""Who is online, over all connections and processes (contract 2.4)."""

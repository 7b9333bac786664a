"""Who is online, over all connections and processes."""

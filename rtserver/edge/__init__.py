"""The socket edge: frames in and out of one connection (contract 2.6, RFC 6455)."""

"""Keep a secret that stands in a mail out of what is kept of the mail server's words.

Spam filters quote the links that they refuse a mail for.
"""

# So many characters of a secret in a row are no chance.
PIECE = 8
LEFT_OUT = "(the rest quotes the mail's link, and isn't kept)"


def unquoted(reply: str, secret: str) -> str:
    """Return a reply, without its words if they hold a piece of the secret."""
    lower, searched = secret.lower(), reply.lower()
    pieces = (lower[at : at + PIECE] for at in range(len(lower) - PIECE + 1))
    if not any(piece in searched for piece in pieces):
        return reply
    code = reply[:3]
    return f"{code} {LEFT_OUT}" if code.isdecimal() else LEFT_OUT

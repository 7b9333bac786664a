"""The codes with which a connection is closed."""

from enum import IntEnum


class CloseCode(IntEnum):
    """Close codes (RFC 6455 7.4, contract 2.2); from 4500 on: don't reconnect."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    INVALID_TEXT = 1007
    TOO_BIG = 1009
    RESTARTING = 1012
    TRY_AGAIN_LATER = 1013
    TOKEN_EXPIRED = 4001
    TOO_SLOW = 4002
    NO_TOKEN = 4003
    OVER_RATE = 4008
    NO_SIGN_OF_LIFE = 4009
    PROTOCOL_VIOLATION = 4500
    TOKEN_INVALID = 4501
    TOO_MANY_CONNECTIONS = 4503

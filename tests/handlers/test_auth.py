"""Signing in and out over HTTP."""


async def test_too_many_tries_to_sign_in_are_429(make_school):
    school = await make_school(limits_logins_per_minute=1)
    body = {"email": "olena@example.org", "password": "wrong password"}

    replies = [
        await school.http("POST", "/api/auth/token/", body=body) for _ in range(2)
    ]

    assert [reply.status for reply in replies] == [401, 429]
    assert replies[1].json["code"] == "rate_limited"
    assert int(replies[1].headers["Retry-After"]) >= replies[1].json["retry_after"] > 0

"""Calls every route of a deployed API once, with and without a slash, without credentials and without a body.

    python3 smoke.py URL ROUTES

ROUTES is functions/site/routes.txt: a line for each path, behind the methods it answers. A call that changes something is
refused before it does, for want of a token or of a body. Says of each call that did not reach its function what came back,
and ends with the number of those.
"""

import http.client
import json
import re
import sys
import uuid
from urllib.parse import urlsplit

KINDS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


def call(address, method, path):
    """One call, whose redirect is not followed: status, headers, body."""
    connection = KINDS[address.scheme](address.netloc, timeout=30)
    try:
        connection.request(method, address.path.rstrip("/") + path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


# What is in the paths at which everybody may ask for a thing: there is none of the name that is asked for, and what is not there
# at any other path is the route.
LOOKUPS = ("/avatars/", "/assets/", "/categories/", "/products/")


def fault(address, method, path):
    """What is wrong with the answer to a call, if anything is."""
    status, headers, body = call(address, method, path)
    redirects = 0
    while status == 308 and redirects < 1:
        redirects += 1
        status, headers, body = call(address, method, headers["location"])
    if headers["x-request-id"] is None:
        return f"{status}, which is no answer of ours"
    missing = status == 404 and not any(lookup in path for lookup in LOOKUPS)
    if missing or status in (308, 405) or status >= 500:
        return f"{status} after {redirects} redirects: {body[:200]!r}"
    if status >= 400 and method != "HEAD" and "code" not in json.loads(body):
        return f"{status} without a code"
    return None


def main():
    address = urlsplit(sys.argv[1])
    if address.scheme not in KINDS or not address.netloc:
        sys.exit("smoke: the first argument is the address of an API, such as https://api.example.com")
    calls, faults = 0, 0
    with open(sys.argv[2], encoding="utf-8") as routes:
        for line in routes:
            methods, path = line.rstrip("\n").rsplit(" ", 1)
            path = re.sub(r"{[a-z_]+}", str(uuid.UUID(int=0)), path)
            for method in methods.split(", "):
                for slashed in {path, path.rstrip("/") + "/"}:
                    calls += 1
                    found = fault(address, method, slashed)
                    if found:
                        faults += 1
                        print(f"{method} {slashed}: {found}")
    print(f"{calls} calls, {faults} faults")
    sys.exit(1 if faults else 0)


main()

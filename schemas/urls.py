"""Addresses of articles: one form for one address, whatever was pasted. Never raises."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(r"^(utm_.*|fbclid|gclid|mc_[ce]id|cmpid|ref|ref_src|ito|ns_.*|smid|igshid|yclid)$", re.I)


def canonical_url(url: str) -> str:
    """Lower-case scheme and host, no fragment, no tracking parameters, no default port, no trailing slash."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    host = (parts.hostname or "").removeprefix("www.")
    if port and (parts.scheme, port) not in {("http", 80), ("https", 443)}:
        host = f"{host}:{port}"
    query = urlencode([pair for pair in parse_qsl(parts.query) if not _TRACKING.match(pair[0])])
    scheme = "https" if parts.scheme in {"http", "https"} else parts.scheme
    return urlunsplit((scheme, host, parts.path.rstrip("/"), query, ""))


def host_of(url: str) -> str:
    """Empty where there is none, or the url is broken."""
    try:
        return urlsplit(canonical_url(url)).hostname or ""
    except ValueError:
        return ""

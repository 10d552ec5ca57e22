"""The address of a store in PostgreSQL, and the words in which its servers are said not to answer."""

from __future__ import annotations

from typing import NamedTuple

import psycopg
from psycopg import conninfo

from index.engines.errors import EngineUnreachable

# A dead machine is noticed in seconds; whoever wants other times writes them into the address.
_DEFAULTS = {
    "connect_timeout": "2",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "application_name": "quoted-faq",
}


class Address(NamedTuple):
    """Where the servers are: options with any password, (host, port) of each, words for people."""

    options: dict[str, str]
    hosts: tuple[tuple[str, str], ...]
    where: str

    def of(self, place: int) -> Address:
        """Return the address of one of the hosts alone."""
        one = dict(self.options)
        for key in ("host", "hostaddr", "port"):
            several = one[key].split(",") if key in one else []
            if several:
                one[key] = several[min(place, len(several) - 1)]
        host, port = self.hosts[place]
        return Address(one, (self.hosts[place],), f"postgresql://{host}:{port}")


def read_address(url: str) -> Address:
    """Return what a `postgresql://…` address says. Raises EngineUnreachable, without the address's words."""
    try:
        given = {key: str(value) for key, value in conninfo.conninfo_to_dict(url).items()}
    except psycopg.Error:
        # The driver's message quotes the address, password and all.
        raise EngineUnreachable("postgresql://", "the address cannot be read") from None
    names = [name for name in given.get("host", given.get("hostaddr", "")).split(",") if name]
    ports = given.get("port", "5432").split(",")
    hosts = tuple((name, ports[min(place, len(ports) - 1)]) for place, name in enumerate(names))
    listed = ",".join(f"{host}:{port}" for host, port in hosts)
    where = f"postgresql://{listed}/{given.get('dbname', '')}"
    return Address(_DEFAULTS | given | {"client_encoding": "UTF8"}, hosts, where)


def unreachable(address: Address, error: BaseException) -> EngineUnreachable:
    """Return what the driver's error means to a person, without a password should it quote one."""
    words = " ".join(str(error).split()) or type(error).__name__
    for secret in (address.options.get("password"), address.options.get("sslpassword")):
        words = words.replace(secret, "…") if secret else words
    return EngineUnreachable(address.where, words[:300])

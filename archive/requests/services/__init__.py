"""Everything that is written about a request for data."""

from archive.requests.services.bundling import (
    ask_for_bundle,
    make_bundle,
    read_bundle,
    remove_old_bundles,
)
from archive.requests.services.deciding import decide, disclose_page, put_copy_in_place, read_file, read_passages
from archive.requests.services.gathering import ask_to_gather, gather
from archive.requests.services.registering import ask_for_own_data, register
from archive.requests.services.running import (
    approve,
    check_identity,
    close,
    extend,
    start_clock,
    stop_clock,
)

__all__ = [
    "approve",
    "ask_for_bundle",
    "ask_for_own_data",
    "ask_to_gather",
    "check_identity",
    "close",
    "decide",
    "disclose_page",
    "extend",
    "gather",
    "make_bundle",
    "put_copy_in_place",
    "read_bundle",
    "read_file",
    "read_passages",
    "register",
    "remove_old_bundles",
    "start_clock",
    "stop_clock",
]

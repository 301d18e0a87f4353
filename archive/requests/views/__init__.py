"""Pages of requests for data."""

from archive.requests.views.bundles import bundle_ask, bundle_file, withheld
from archive.requests.views.deciding import passage_copy, passage_decide, passage_file, passages, passages_give
from archive.requests.views.running import (
    data_request,
    data_request_approve,
    data_request_event,
    data_request_gather,
    data_request_list,
    data_request_new,
    data_request_own,
)

__all__ = [
    "bundle_ask",
    "bundle_file",
    "data_request",
    "data_request_approve",
    "data_request_event",
    "data_request_gather",
    "data_request_list",
    "data_request_new",
    "data_request_own",
    "passage_copy",
    "passage_decide",
    "passage_file",
    "passages",
    "passages_give",
    "withheld",
]

"""The browser of the journeys: the machine's Chromium, which reaches nothing but this machine."""

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)

# Milliseconds that a journey waits for what it expects: a loaded machine is slow, and what is there is found at once
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

# A page on which every script that it asks for has started, or that has none
READY = "html[data-scripts=started], html:not(:has(body.js-enabled))"


def wait_for_scripts(page: Page) -> None:
    """Wait until a page's scripts have started: before that a button sends the form, as for people without scripts."""
    page.wait_for_load_state("load")
    page.wait_for_selector(READY, state="attached")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's browser where bin/test found one, otherwise the one that playwright fetched."""
    told = {"executable_path": os.environ["CHROMIUM"]} if os.environ.get("CHROMIUM") else {}
    return {**browser_type_launch_args, **told, "args": list(QUIET)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A person in England at a laptop."""
    return {
        **browser_context_args,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "viewport": {"width": 1280, "height": 900},
    }

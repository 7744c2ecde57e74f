"""What a page shows stays where it is while the page loads, as a browser measures it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from web_server import serve_folder

from pressroom.delivery.releases import Release
from pressroom.delivery.site.site import write_site

pytestmark = pytest.mark.slow

MOST = 0.1
"""Up to here, shifts are good: https://web.dev/articles/cls"""

PAGES = (
    "index.html",
    "index.html?words=disability",
    "agency/undp.html",
    "releases/2026-10/year/2019.html",
)

OBSERVE = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def site(unharmed: Sequence[Release], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(unharmed, tmp_path_factory.mktemp("layout") / "site").index.parent


COME_LATE = """() => {
  const late = document.createElement("div");
  late.style.height = "400px";
  document.body.prepend(late);
}"""


def measure(browser: Any, address: str, width: int, *, meddle: str = "") -> float:
    """Return how much moved on a page while it loaded, over a network as slow as a telephone's."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    try:
        tab = context.new_page()
        network = context.new_cdp_session(tab)
        network.send("Network.enable")
        slow = {"offline": False, "latency": 300, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
        network.send("Network.emulateNetworkConditions", slow)
        tab.add_init_script(OBSERVE)
        tab.goto(address, wait_until="load")
        tab.evaluate("document.fonts.ready")
        tab.wait_for_timeout(200)  # what is there has been painted
        if meddle:
            tab.evaluate(meddle)
        # Two frames later, what the load moved is painted and counted.
        tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        tab.wait_for_timeout(200)
        return float(tab.evaluate("shifts.reduce((sum, value) => sum + value, 0)"))
    finally:
        context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_moves_while_a_page_loads(page: str, width: int, site: Path, browser: Any) -> None:
    with serve_folder(site) as address:
        assert measure(browser, address + page, width) < MOST


def test_what_moves_is_measured(browser: Any, site: Path) -> None:
    """Something that comes late above all else moves the page: the test above would see it."""
    with serve_folder(site) as address:
        assert measure(browser, f"{address}index.html", 390, meddle=COME_LATE) > MOST

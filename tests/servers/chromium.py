"""Debian's Chromium without a window, and what tests do in it.

Selenium drives it, because its calls are plain requests: Playwright's synchronous calls keep an event loop
running in the thread of the tests, where Django then refuses every query.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.servers.missing import missing
from tests.servers.process import find_program

HOW_TO_GET_IT = "apt-get install chromium chromium-driver"
SECONDS = 20

T = TypeVar("T")


@contextlib.contextmanager
def chromium(folder: Path) -> Iterator[webdriver.Chrome]:
    """A browser with a new profile. Downloads nothing: driver and program are the system's."""
    program, driver = find_program("chromium"), find_program("chromedriver")
    if program is None or driver is None:
        missing("Chromium", HOW_TO_GET_IT)
    options = webdriver.ChromeOptions()
    options.binary_location = program
    flags = ["headless=new", "disable-gpu", "disable-dev-shm-usage", "disable-background-networking", "lang=en"]
    for flag in [*flags, f"user-data-dir={folder}", *(["no-sandbox"] if os.geteuid() == 0 else [])]:
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    running = webdriver.Chrome(options=options, service=Service(driver, log_output=str(folder / "driver.log")))
    try:
        yield running
    finally:
        running.quit()


class Page:
    """What a visitor does and sees on a page of the site at *origin*."""

    def __init__(self, driver: webdriver.Chrome, origin: str) -> None:
        self.driver, self.origin = driver, origin

    def open(self, path: str) -> None:
        self.driver.get(f"{self.origin}{path}")

    def one(self, css: str, inside: WebElement | None = None) -> WebElement:
        return (inside or self.driver).find_element(By.CSS_SELECTOR, css)

    def all(self, css: str, inside: WebElement | None = None) -> list[WebElement]:
        return (inside or self.driver).find_elements(By.CSS_SELECTOR, css)

    def choose(self, *files: Path, css: str = "input[type=file]") -> None:
        self.one(css).send_keys("\n".join(map(str, files)))

    def states(self, css: str = "medialift-upload") -> list[str | None]:
        return [row.get_attribute("data-state") for row in self.all(f"{css} .medialift-upload-file")]

    def wait_for(self, states: Sequence[str], css: str = "medialift-upload") -> None:
        """Wait until the rows of a widget are in these states."""
        self.until(lambda: self.states(css) == list(states), lambda: f"{self.states(css)}: {self.problems()}")

    def until(self, ready: Callable[[], T], told: Callable[[], str] = str, seconds: float = SECONDS) -> T:
        """What *ready* gives as soon as it is true. Raises ``TimeoutException`` that says what *told* gives."""
        ignored = (NoSuchElementException, StaleElementReferenceException)
        waiting: Any = WebDriverWait(self.driver, seconds, poll_frequency=0.03, ignored_exceptions=ignored)
        try:
            return waiting.until(lambda _driver: ready())  # type: ignore[no-any-return]
        except Exception as error:
            raise AssertionError(f"waited {seconds} s: {told()} {self.console()}") from error

    def problems(self) -> list[str]:
        return [row.text for row in self.all(".medialift-upload-problem") if row.text]

    def said(self) -> str:
        """What a screen reader was told last."""
        return self.one(".medialift-upload-said").get_property("textContent")  # type: ignore[return-value]

    def submit(self) -> None:
        self.one("[type=submit]").click()

    def console(self) -> list[str]:
        """What was written to the console since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def script(self, code: str, *values: Any) -> Any:
        return self.driver.execute_script(code, *values)

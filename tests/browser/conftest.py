"""Chromium without a screen, and the service as `make run` starts it.

A machine without Chromium and its driver skips these tests. Pictures of what was seen are kept in
`.artifacts`.
"""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from local.engine import Kind
from local.install import is_installed
from local.template import ROOT

ARTIFACTS: Final = ROOT / ".artifacts"
PATIENCE_SECONDS: Final = 30
KEY, TOKEN = "local-dashboard", "local-dashboard-token"
HEIGHT: Final = {1280: 800, 390: 844}
TALLEST: Final = 2_400
NO_SCRIPTS: Final = {"profile.managed_default_content_settings.javascript": 2}


@dataclass(frozen=True)
class Running:
    """The service as it runs: its address, and the link that it printed."""

    address: str
    link: str

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401  # a test looks into whatever was answered
        """The answer of the API to a shop's server."""
        request = urllib.request.Request(  # noqa: S310  # our own server
            self.address + path,
            json.dumps(body).encode(),
            {
                "X-App-Id": "local-app",
                "X-App-Token": "local-token",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310  # as above
            return json.load(answer)


@dataclass(frozen=True)
class Screen:
    """One browser window, and what a person does there."""

    driver: webdriver.Chrome
    service: Running
    name: str
    width: int

    def open(self, path: str) -> None:
        self.driver.get(f"{self.service.address}/dashboard/{path}")

    def find(self, selector: str) -> WebElement:
        """The first element, once it is there."""
        return self.wait().until(lambda it: it.find_element(By.CSS_SELECTOR, selector))

    def wait(self) -> WebDriverWait[webdriver.Chrome]:
        """Asks again while a page gives way to the next."""
        return WebDriverWait(
            self.driver, PATIENCE_SECONDS, ignored_exceptions=(WebDriverException,)
        )

    def press(self, *keys: str) -> None:
        """Keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self) -> str:
        """The address of the link that has the focus."""
        return self.driver.switch_to.active_element.get_attribute("href") or ""

    def awaits(self, text: str) -> None:
        """Returns when the page has the text."""
        self.wait().until(lambda it: text in _text(it), f"there is no {text!r}")

    def text(self) -> str:
        """What is to be read on the page."""
        return self.wait().until(_text)

    def sign_in(self) -> None:
        self.open("sign-in")
        self.find("#key").send_keys(KEY)
        self.find("#secret").send_keys(TOKEN)
        self.find("button.main").click()
        self.awaits("Orders")

    def keep(self, what: str) -> None:
        """A picture of the whole page among the artifacts."""
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": self.width, "height": min(size["height"], TALLEST)}
        shot = self.driver.execute_cdp_cmd(
            "Page.captureScreenshot",
            {"format": "png", "captureBeyondViewport": True, "clip": {**clip, "scale": 1}},
        )
        ARTIFACTS.mkdir(exist_ok=True)
        (ARTIFACTS / f"{what}-{self.name}.png").write_bytes(base64.b64decode(shot["data"]))
        assert size["width"] <= self.width, f"{what} is {size['width']} wide"

    def complaints(self) -> list[str]:
        """What the browser refused or could not load."""
        found: list[str] = [each["message"] for each in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]  # selenium's own
        return found


@pytest.fixture(scope="session")
def programs() -> tuple[str, str]:
    """Chromium and its driver."""
    found = shutil.which("chromium"), shutil.which("chromedriver")
    if found[0] is None or found[1] is None:
        pytest.skip("Chromium and its driver are not installed (apt: chromium chromium-driver)")
    return found[0], found[1]


@pytest.fixture(scope="session")
def service(programs: tuple[str, str]) -> Iterator[Running]:
    """`make run`'s program on a free port, its data in memory."""
    del programs  # without them nothing is started
    kind = Kind.DYNOXIDE if is_installed(Kind.DYNOXIDE) else Kind.MINISTACK
    process = subprocess.Popen(  # our own program
        (sys.executable, "-m", "local.serve"),
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": "0",
            "COUNTERFOIL_DATA": ":memory:",
            "COUNTERFOIL_ENGINE": kind,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield _started(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_SECONDS)


@pytest.fixture
def screen(
    programs: tuple[str, str], service: Running, tmp_path: Path
) -> Iterator[Callable[..., Screen]]:
    """Opens a window of this width, in this scheme, with scripts or without."""
    opened: list[webdriver.Chrome] = []

    def start(width: int = 1280, scheme: str = "light", *, scripts: bool = True) -> Screen:
        driver = _driver(programs, tmp_path / f"profile-{len(opened)}", width, scripts=scripts)
        opened.append(driver)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        name = f"{width}-{scheme}-{'scripts' if scripts else 'bare'}"
        return Screen(driver, service, name, width)

    yield start
    for driver in opened:
        driver.quit()


def _text(driver: webdriver.Chrome) -> str:
    return " ".join(driver.find_element(By.TAG_NAME, "body").text.split())


def _driver(
    programs: tuple[str, str], profile: Path, width: int, *, scripts: bool
) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", NO_SCRIPTS)
    driver = webdriver.Chrome(options=options, service=Service(programs[1]))
    size = {"width": width, "height": HEIGHT[width], "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    return driver


def _started(process: subprocess.Popen[str]) -> Running:
    """Waits for the link, which is said last; the rest of what is said is read and forgotten."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        found = re.search(r"(http://127\.0\.0\.1:\d+)/dashboard/enter/\S+", line)
        if found is not None:
            # A pipe that nobody reads would stop the service when it is full.
            Thread(target=process.stdout.read, daemon=True).start()
            return Running(found[1], found[0])
    raise AssertionError(said)

"""The drawings as PNG, for messengers, which unfold no SVG.

Drawn with `python -m config.previews` (needs Chromium) when a drawing or its colours change; kept with the code.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from config.templatetags.parts import PICTURES

STATIC = Path(__file__).parent / "static"
FOLDER = STATIC / "previews"
WIDTH, HEIGHT = 1200, 630  # what messengers ask for
COLOURS = 64
DRAWN = [name for name in PICTURES if name != "leer"]  # which stands where nothing was found
FRAME = (
    "body { margin: 0 } .picture { inline-size: 1200px !important; block-size: 630px; aspect-ratio: auto !important }"
)


def page(name: str) -> str:
    style = (STATIC / "site.css").read_text() + FRAME
    drawing = f'<svg class="picture {name}" viewBox="0 0 400 200" preserveAspectRatio="xMidYMid slice">'
    sprite = (STATIC / "pictures.svg").read_text()
    return f'<style>{style}</style>{drawing}<use href="#{name}"></use></svg><div hidden>{sprite}</div>'


def draw() -> None:
    """One file for each drawing."""
    from playwright.sync_api import sync_playwright  # where the site runs there is none

    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        sheet = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        for name in DRAWN:
            sheet.set_content(page(name))
            found = Image.open(BytesIO(sheet.screenshot()))
            found.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    draw()

"""Hands on a keyboard: every step to a control is a Tab, and at each the eye must find where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

FURTHEST = 120  # steps to a control, more than any page has
# A ring around the element itself or, for a hidden box or a card that is a link, around what stands for it; and no bar
# that sticks lies over all of it (it is looked at in nine points).
SEEN_WITH_FOCUS = """() => {
    const el = document.activeElement
    if (el === document.body) return ""
    const ringed = part => {
        const style = part && getComputedStyle(part)
        return style && (style.outlineStyle !== "none" || style.boxShadow !== "none")
    }
    const seen = [el, el.parentElement, el.nextElementSibling, el.closest("label, article, li"), ...(el.labels || [])]
    if (!seen.some(ringed)) return "no ring: " + el.outerHTML.slice(0, 120)
    const points = [.05, .5, .95].flatMap(x => [.05, .5, .95].map(y => [x, y]))
    const shows = part => [...part.getClientRects()].some(box => points.some(([x, y]) => {
        const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height)
        return top && (part.contains(top) || top.contains(part))
    }))
    const stands = el.getBoundingClientRect().width > 4 ? [el] : seen.filter(part => part)
    return stands.some(shows) ? "" : "behind something: " + el.outerHTML.slice(0, 120)
}"""
LOOK = f"selector => [document.activeElement.matches(selector), ({SEEN_WITH_FOCUS})()]"  # one way for both questions


class Keys:
    """No call of a mouse, none that fills a field from outside."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, selector: str, back: bool = False) -> None:
        """Tab on (or back) to what `selector` names."""
        for _ in range(FURTHEST):
            self.press("Shift+Tab" if back else "Tab")
            arrived, unseen = self.page.evaluate(LOOK, selector)
            assert not unseen, unseen
            if arrived:
                return
        raise AssertionError(f"the keyboard does not reach {selector} on {self.page.url}")

    def skip(self) -> None:
        """Over the menu, by the first link of the page."""
        self.go("a.skip")
        self.press("Enter")

    def type(self, selector: str, text: str) -> None:
        self.go(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def follow(self, selector: str) -> None:
        """Press what `selector` names and wait for the page behind it."""
        self.go(selector)
        with self.page.expect_navigation():
            self.press("Enter")

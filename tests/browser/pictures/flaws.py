"""What can be measured of a screen: too wide, too small to touch, or cut off."""

from tests.browser.page import TOO_WIDE
from tests.browser.tabs import Tab

LEAST = 40  # CSS pixels, of what is pressed
PRESSED = (
    "button, select, textarea, a[href], [role=menuitem], [role=tab], [role=option],"
    " input:not([type=checkbox], [type=range], [hidden])"
)
# Links within a text are as high as it; and what React Aria hides for screen readers.
EXCUSED = ":is(p, h1, h2, h3, dt) a, [tabindex='-1']"
ON_ONE_LINE = "button, a, label, h1, h2, h3, th, [role=tab]"
FLAWS = f"""(() => {{
  const own = (all) => [...document.querySelectorAll(all)].filter((each) =>
    each.checkVisibility({{visibilityProperty: true}})
    && !each.closest(".excalidraw, .aside") && each.clientWidth > 1);
  const name = (each) => each.ariaLabel || each.innerText || each.name;
  const isSmall = (each) => {{
    const {{width, height}} = each.getBoundingClientRect();
    return !each.matches("{EXCUSED}") && Math.min(width, height) < {LEAST} - 0.1;
  }};
  const isCut = (each) => each.scrollWidth > each.clientWidth + 1
    && getComputedStyle(each).textOverflow !== "ellipsis";
  return [
    ...own("{PRESSED}").filter(isSmall).map((each) => `too small: ${{name(each)}}`),
    ...own("{ON_ONE_LINE}").filter(isCut).map((each) => `cut off: ${{name(each)}}`),
  ];
}})()"""


async def flaws(tab: Tab) -> list[str]:
    """Return what is wrong with a screen, as far as it can be measured."""
    wide = ["wider than the screen"] if await tab.run(TOO_WIDE) else []
    measured: list[str] = await tab.run(FLAWS)
    return wide + measured

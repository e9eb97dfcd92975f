/** How readable a page is, measured in the browser. */
import type { Page } from "playwright-core";

/** The lightness of a page's ground, from 0 to 1, and its visible texts whose contrast is below 4.5, as WCAG 2 asks for. */
export function measureContrast(
  page: Page,
): Promise<{ readonly ground: number; readonly low: readonly { what: string; ratio: number }[] }> {
  return page.evaluate(() => {
    const light = (...colours: string[]) => {
      const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      if (!context) throw new Error("no canvas");
      for (const colour of colours) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
      }
      const [r = 0, g = 0, b = 0] = [...context.getImageData(0, 0, 1, 1).data].map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    /** The backgrounds behind an element, from the page to its own tint. */
    const groundOf = (element: Element): string[] => {
      const found: string[] = [];
      for (let at: Element | null = element; at; at = at.parentElement)
        found.unshift(getComputedStyle(at).backgroundColor);
      return ["#fff", ...found];
    };
    const low = [
      ...document.querySelectorAll(
        "h1, h2, h3, p, b, i, em, kbd, dt, dd, mark, summary, select, button, a.button, .value, .label, .badge, .age, .tile span",
      ),
    ]
      .filter((element) => element.textContent && (element as HTMLElement).offsetParent)
      .map((element) => {
        const [a, b] = [light(getComputedStyle(element).color), light(...groundOf(element))];
        return {
          what: element.className || element.tagName,
          ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
        };
      })
      .filter(({ ratio }) => ratio < 4.5);
    return { ground: light(getComputedStyle(document.body).backgroundColor), low };
  });
}

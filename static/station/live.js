// Figures stay fresh on a screen that nobody touches: header, strip, navigation and the marked parts are fetched again.

const EVERY_MS = 15000;
const PARTS = ["header.head", ".strip", "nav.bottom", "[data-live]"];
let touched = false;

document.addEventListener("input", () => { touched = true; });

async function refresh() {
  if (document.hidden || touched) return;
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { "X-Part": "live" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of PARTS) {
    const mine = [...document.querySelectorAll(part)];
    const theirs = [...fresh.querySelectorAll(part)];
    if (mine.length !== theirs.length) continue;
    mine.forEach((element, place) => {
      if (!element.contains(document.activeElement) && element.outerHTML !== theirs[place].outerHTML) {
        element.replaceWith(document.importNode(theirs[place], true));
      }
    });
  }
}

// The answer to a form cannot be asked for again by its address.
if (document.body.dataset.method !== "post") setInterval(refresh, EVERY_MS);

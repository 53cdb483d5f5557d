// The wall looks again by itself: the part marked with data-refresh (seconds) is fetched and put in place of the old one,
// while nobody's focus is inside it. Without this file the page is as it was when it was opened.

const part = () => document.querySelector("[data-refresh]");

async function look() {
  const old = part();
  if (!old || document.hidden || old.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-refresh]");
  if (fresh) old.replaceWith(fresh);
  const tabs = page.querySelector(".top nav");
  if (tabs) document.querySelector(".top nav").replaceWith(tabs);
}

const seconds = Number(part()?.dataset.refresh) || 10;
setInterval(() => look().catch(() => {}), seconds * 1000); // no answer now: the next look is soon

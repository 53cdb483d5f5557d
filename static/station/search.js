// The list follows the typing. Without this file the search button does the same.

const WAIT_MS = 180;
const finder = document.querySelector("[data-search]");
const found = document.querySelector("#found");
const ways = document.querySelector("#ways");
const form = finder?.querySelector("form");
const input = form?.querySelector("input[type=search]");
let timer = 0;
let asked = 0;

async function ask() {
  const mine = ++asked;
  const answer = await fetch(finder.dataset.search, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Part": "found" },
    credentials: "same-origin",
  });
  if (mine !== asked) return;
  // A locked phone, an expired page: the whole page says so, as without this file.
  if (!answer.ok || answer.redirected) return form.submit();
  found.innerHTML = await answer.text();
  if (ways) ways.hidden = input.value.trim() !== "";
}

input?.addEventListener("input", (event) => {
  clearTimeout(timer);
  if (event.isComposing) return;
  timer = setTimeout(ask, WAIT_MS);
});
input?.addEventListener("compositionend", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
});

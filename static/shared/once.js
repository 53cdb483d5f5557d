// A second tap on a slow evening is the same act: the form shows that it is busy and does not go out twice.
// The server decides by the form's token; this file only spares the official the doubt. Without it everything works.

const PATTERNS = { ok: [90], no: [220, 110, 220, 110, 220], warn: [120, 90, 120] };
const PATIENCE_MS = 15000;

function settle(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    const word = button.querySelector(".word");
    if (word && word.dataset.idle) word.textContent = word.dataset.idle;
  }
}

function markBusy(button) {
  button.setAttribute("aria-busy", "true");
  const word = button.querySelector(".word");
  if (!word || !button.dataset.busy) return;
  word.dataset.idle = word.textContent;
  word.textContent = button.dataset.busy;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Not `disabled`: a disabled button would leave its own name and value out of what is sent.
  if (event.submitter) markBusy(event.submitter);
  setTimeout(() => settle(form), PATIENCE_MS);
});

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(settle));

const pattern = PATTERNS[document.body.dataset.vibrate];
// A browser refuses, with a complaint, to shake for a page that nobody has touched.
if (pattern && navigator.vibrate && navigator.userActivation?.hasBeenActive) navigator.vibrate(pattern);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

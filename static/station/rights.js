// How many papers go out, while rights are ticked. Without this file the answer page says how many.

const form = document.querySelector("[data-rights]");
const button = form?.querySelector("[data-template]");

function count() {
  const ticks = form.querySelectorAll("input[type=checkbox][name=rights]");
  if (!ticks.length || !button) return;
  const rights = [...ticks].filter((tick) => tick.checked).length;
  for (const figure of form.querySelectorAll("[data-paper] .count")) figure.textContent = `× ${rights}`;
  const papers = rights * Number(button.dataset.papers);
  button.querySelector(".word").textContent = button.dataset.template.replace("{n}", papers);
}

if (form) {
  form.addEventListener("change", count);
  count();
}

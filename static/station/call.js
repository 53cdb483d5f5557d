// At the count: no more names than seats can be ticked, Enter in the name field looks the name up.

for (const board of document.querySelectorAll(".board")) {
  const seats = Number(board.dataset.seats);
  board.addEventListener("change", (event) => {
    const tick = event.target;
    if (tick.type !== "checkbox" || !tick.checked) return;
    const ticked = [...board.querySelectorAll("input[type=checkbox]:checked")].filter((one) => one !== tick);
    if (seats === 1) ticked.forEach((one) => { one.checked = false; });
    else if (ticked.length >= seats) tick.checked = false;
  });
  const name = board.querySelector(".written input");
  name?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    board.querySelector(".written button").click();
  });
}

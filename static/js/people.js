/* Names as one types them: fills the list of a box with colleagues from the directory, after those that stand in it. */

const list = document.querySelector("datalist[data-people]");
const own = [...list.children];
let asked = "";
let timer = 0;

async function fill(words) {
  asked = words;
  const answer = await fetch(`${list.dataset.people}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
  if (!answer.ok || asked !== words) {
    return;
  }
  const found = new DOMParser().parseFromString(`<datalist>${await answer.text()}</datalist>`, "text/html");
  const known = new Set(own.map((option) => option.value));
  const others = [...found.querySelectorAll("option")].filter((option) => !known.has(option.value));
  list.replaceChildren(...own, ...others.map((option) => document.importNode(option, true)));
}

document.addEventListener("input", (event) => {
  const box = event.target;
  const words = box instanceof HTMLInputElement && box.getAttribute("list") === list.id ? box.value.trim() : "";
  if (words.length > 1 && words !== asked) {
    clearTimeout(timer);
    timer = setTimeout(() => fill(words).catch(() => {}), 250);
  }
});

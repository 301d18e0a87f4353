/* How much of the record lies under each of the four functions, counted anew while one types. */

const box = document.querySelector("[data-balance]");
const WAIT = 400;
let timer = 0;

/** Words of the texts and of the rows' first column in the sections of one function. */
function wordsOf(name) {
  const texts = document.querySelectorAll(
    `[data-function="${CSS.escape(name)}"] :is(textarea, input[type=text]:not([name$="-who"], [name$="-by"]))`,
  );
  return [...texts].reduce((all, text) => all + (text.value.match(/\S+/g) || []).length, 0);
}

function count() {
  const items = [...box.querySelectorAll("[data-balance-function]")];
  const words = items.map((item) => wordsOf(item.dataset.balanceFunction));
  const all = words.reduce((sum, number) => sum + number, 0);
  items.forEach((item, place) => {
    const number = words[place];
    const said = number ? `${number} word${number === 1 ? "" : "s"}` : "Nothing yet";
    const line = item.querySelector("[data-balance-words]");
    if (line.textContent !== said) {
      line.textContent = said;
    }
    item.querySelector("[data-balance-bar]").value = all ? Math.round((100 * number) / all) : 0;
  });
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(count, WAIT);
}

document.addEventListener("input", soon);
document.addEventListener("countersign:saved", soon);

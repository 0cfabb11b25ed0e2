// <copy-and-go for="words" data-done="Copied. Paste it there."><a class="button primary" href="…">…</a></copy-and-go>
// Copies the words before the network opens, for those networks that drop words in a link.
class CopyAndGo extends HTMLElement {
  connectedCallback() {
    const link = this.querySelector("a");
    const said = this.querySelector("[role=status]");
    if (!link || !navigator.clipboard) return;
    link.addEventListener("click", () => {
      const words = document.getElementById(this.getAttribute("for"));
      navigator.clipboard.writeText(words.value).then(() => {
        if (said) said.textContent = this.dataset.done;
      }, () => words.select());
    });
  }
}
customElements.define("copy-and-go", CopyAndGo);

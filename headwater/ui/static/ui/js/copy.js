// <copy-text for="message" data-done="Copied"><button type="button" class="button" hidden>Copy the text</button></copy-text>
// `for` names a field or an element; `data-text` says the words outright. The button shows only where copying works.
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () => this.copy(button));
  }

  get words() {
    const source = document.getElementById(this.getAttribute("for"));
    return this.dataset.text ?? source?.value ?? source?.textContent.trim() ?? "";
  }

  async copy(button) {
    await navigator.clipboard.writeText(this.words);
    const label = this.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    label.textContent = this.dataset.done ?? before;
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { label.textContent = before; }, 4000);
  }
}
customElements.define("copy-text", CopyText);

// <share-sheet for="message" data-url="https://…"><button type="button" class="button" hidden>Share…</button></share-sheet>
// Opens the phone's own sheet with the partner's words; nothing is posted for them.
class ShareSheet extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.share) return;
    button.hidden = false;
    button.addEventListener("click", () => this.share());
  }

  async share() {
    const source = document.getElementById(this.getAttribute("for"));
    const text = this.dataset.text ?? source?.value ?? "";
    const url = this.dataset.url;
    try {
      await navigator.share(url ? { text, url } : { text });
      this.dispatchEvent(new CustomEvent("shared", { bubbles: true }));
    } catch (problem) {
      if (problem.name !== "AbortError") throw problem;
    }
  }
}
customElements.define("share-sheet", ShareSheet);

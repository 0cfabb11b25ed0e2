// What just happened goes away by itself, unless it went wrong, is being read, or holds an undo.
class ToastNote extends HTMLElement {
  connectedCallback() {
    if (this.classList.contains("bad") || this.querySelector("a, button")) return;
    this.wait();
    this.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.addEventListener("pointerleave", () => this.wait());
  }

  wait() { this.timer = setTimeout(() => this.remove(), 8000); }
}
customElements.define("toast-note", ToastNote);

const say = (id) => {
  const template = document.getElementById(id);
  if (template) document.getElementById("toasts")?.append(template.content.cloneNode(true));
};
document.addEventListener("htmx:sendError", () => say("toast-offline"));
document.addEventListener("htmx:responseError", () => say("toast-broken"));

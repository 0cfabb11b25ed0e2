// <confirm-first for="stop"><form method="post">…</form></confirm-first> and {% dialog id="stop" … %} with
// <form method="dialog"><button value="">Keep sending</button><button value="yes">Stop for good</button></form>.
// Without scripts the form is sent at once, so its page should say what will happen.
class ConfirmFirst extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.ask(event), { capture: true });
  }

  ask(event) {
    const dialog = document.getElementById(this.getAttribute("for"));
    if (!dialog?.showModal || this.sure) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target: form, submitter } = event;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (!dialog.returnValue) return;
      this.sure = true;
      form.requestSubmit(submitter);
      this.sure = false;
    }, { once: true });
    dialog.showModal();
  }
}
customElements.define("confirm-first", ConfirmFirst);

// <button command="show-modal" commandfor="ID"> where the browser doesn't know it yet.
if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (!dialog) return;
    if (button.getAttribute("command") === "show-modal") dialog.showModal();
    if (button.getAttribute("command") === "close") dialog.close(button.value);
  });
}

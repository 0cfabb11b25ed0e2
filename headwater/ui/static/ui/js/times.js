// <local-time datetime="…" data-zone="Europe/London" data-here="{time} where you are"><time …>…</time></local-time>
// Adds the reader's own hour where their clock stands elsewhere.
const hour = (moment, timeZone) =>
  new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone }).format(moment);

class LocalTime extends HTMLElement {
  connectedCallback() {
    const moment = new Date(this.getAttribute("datetime"));
    if (Number.isNaN(moment.getTime()) || this.querySelector("small")) return;
    const here = hour(moment);
    if (here === hour(moment, this.dataset.zone)) return;
    const note = document.createElement("small");
    note.className = "quiet";
    note.textContent = ` (${(this.dataset.here ?? "{time}").replace("{time}", here)})`;
    this.append(note);
  }
}
customElements.define("local-time", LocalTime);

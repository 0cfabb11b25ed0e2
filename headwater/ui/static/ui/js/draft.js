// <draft-room data-left="{name}: {n} left" data-over="{name}: {n} too many">
//   <textarea …></textarea> <p class="room"><span data-name="Bluesky" data-limit="300">…</span></p>
// </draft-room>
// Counts the room left per network as one types; `data-link="23"` where a network counts each link as so many.
// With data-keep="a-name" the words outlive a reload or a lost connection, until the form is sent.
const LINK = /https?:\/\/\S+/g;
const letters = typeof Intl.Segmenter === "function" ? new Intl.Segmenter() : null;
const length = (words) => (letters ? [...letters.segment(words)].length : [...words].length);

class DraftRoom extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("textarea, input");
    if (!this.field) return;
    this.bringBack();
    this.field.addEventListener("input", () => { this.count(); this.keep(); });
    this.field.form?.addEventListener("submit", () => this.forget());
    this.count();
  }

  count() {
    for (const span of this.querySelectorAll("[data-limit]")) {
      const asked = span.dataset.link;
      const words = asked ? this.field.value.replace(LINK, "x".repeat(Number(asked))) : this.field.value;
      const left = Number(span.dataset.limit) - length(words);
      const pattern = left < 0 ? this.dataset.over : this.dataset.left;
      span.classList.toggle("over", left < 0);
      if (pattern) span.textContent = pattern.replace("{name}", span.dataset.name).replace("{n}", Math.abs(left));
    }
  }

  get key() { return this.dataset.keep ? `draft ${location.pathname} ${this.dataset.keep}` : ""; }

  keep() { if (this.key) sessionStorage.setItem(this.key, this.field.value); }

  forget() { if (this.key) sessionStorage.removeItem(this.key); }

  bringBack() {
    const kept = this.key && sessionStorage.getItem(this.key);
    if (kept && this.field.value === this.field.defaultValue) this.field.value = kept;
  }
}
customElements.define("draft-room", DraftRoom);

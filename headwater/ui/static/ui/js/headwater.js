// Small things that make a page nicer. Every page works without them.
import "./confirm.js";
import "./copy.js";
import "./draft.js";
import "./find.js";
import "./share.js";
import "./times.js";
import "./toasts.js";

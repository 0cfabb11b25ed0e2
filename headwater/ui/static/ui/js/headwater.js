// Small things that make a page nicer. Every page works without them.
export {};

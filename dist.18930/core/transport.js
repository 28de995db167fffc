/** How messages leave: what a way of sending is given, and what it says became of it. */
export {};
//# sourceMappingURL=transport.js.map
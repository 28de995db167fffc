/** How far each fetch from a source has come, as text that only the source reads. */
export {};
//# sourceMappingURL=fetch-position.js.map
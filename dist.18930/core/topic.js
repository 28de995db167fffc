/** Subjects that everybody can follow. */
export {};
//# sourceMappingURL=topic.js.map
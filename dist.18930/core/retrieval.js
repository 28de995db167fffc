export {};
//# sourceMappingURL=retrieval.js.map
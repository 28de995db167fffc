export {};
//# sourceMappingURL=embedding-store.js.map
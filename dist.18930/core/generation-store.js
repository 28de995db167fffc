export {};
//# sourceMappingURL=generation-store.js.map
export {};
//# sourceMappingURL=paper-store.js.map
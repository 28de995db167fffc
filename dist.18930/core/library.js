export {};
//# sourceMappingURL=library.js.map
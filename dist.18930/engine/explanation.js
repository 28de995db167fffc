export {};
//# sourceMappingURL=explanation.js.map
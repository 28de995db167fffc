export {};
//# sourceMappingURL=rerank-messages.js.map
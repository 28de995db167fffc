/** How a library in a folder is opened. */
export {};
//# sourceMappingURL=local-library-options.js.map